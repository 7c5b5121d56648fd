/** host-local with one range for each subnet. */
export function hostLocal(dataDir: string, ...subnets: string[]): object {
  const routes = subnets.map((subnet) => ({ dst: subnet.includes(':') ? '::/0' : '0.0.0.0/0' }));
  return { type: 'host-local', dataDir, ranges: subnets.map((subnet) => [{ subnet }]), routes };
}

/** The settings of a bridge network. */
export interface BridgeChoices {
  readonly bridge: string;
  readonly ipam: object;
  readonly ipMasq?: boolean;
}

/** The bridge plugin as most networks use it: the bridge is the pods' gateway. */
export function bridge(choices: BridgeChoices): object {
  return { type: 'bridge', isGateway: true, ...choices };
}

/** portmap, fed by the capability argument `portMappings`. */
export const portmap = { type: 'portmap', capabilities: { portMappings: true } };

/** firewall on iptables, so that it does not depend on a daemon. */
export const firewall = { type: 'firewall', backend: 'iptables' };

/** bandwidth, fed by the capability argument `bandwidth`. */
export const bandwidth = { type: 'bandwidth', capabilities: { bandwidth: true } };
