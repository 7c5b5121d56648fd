/** What a plugin of a list reads on its standard input, about. */
export const pluginConfig = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'bench',
  type: 'noop',
  ipam: { type: 'host-local', ranges: [[{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }]] },
});

/** A network with so many plugins. */
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
