/** A configuration like those that plugins of a list get on their standard input. */
export const pluginConfig = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'bench',
  type: 'noop',
  ipam: { type: 'host-local', ranges: [[{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }]] },
});

/** A network with the given number of plugins. */
export function listConfig(plugins: number, name = 'bench'): string {
  return JSON.stringify({
    cniVersion: '1.0.0',
    name,
    plugins: Array.from({ length: plugins }, (_, index) => ({
      type: 'noop',
      capabilities: { portMappings: true },
      ipam: { type: 'host-local', ranges: [[{ subnet: `10.${index}.0.0/24`, gateway: `10.${index}.0.1` }]] },
    })),
  });
}
