import { LibcniError } from '../../errors/libcni-error.js';
import type { JsonObject } from '../../libcni/index.js';
import type { DriverRequest, NetworkDriver, NetworkPlan } from './driver.js';
import { ipamOf } from './ipam.js';
import { named, positive, refuseGiven } from './refuse.js';

/** A bridge of the host that connects containers; outgoing traffic gets the host's address. */
export const bridgeDriver: NetworkDriver = {
  name: 'bridge',
  makesInterface: true,
  namePrefix: 'isula-br',
  ipamFor: ({ ipam }) => ipam ?? 'host-local',
  validate,
  async validateInterface(name, tools) {
    if (await tools.isBridge(name)) return;
    const summary = `interface ${name} of the host is not a bridge: choose another name, or leave it out`;
    throw new LibcniError('ERR_CONFLICT', summary, { jsonPath: '$.bridge', value: name });
  },
  plugins: (plan) => [
    bridgePlugin(plan),
    ...(plan.internal ? [] : [{ type: 'portmap', capabilities: { portMappings: true } }]),
    { type: 'firewall', ...(plan.isolate && { ingressPolicy: 'same-bridge' }) },
  ],
  describe: (plugin) => ({
    interface: named(plugin.bridge) ?? 'cni0',
    internal: plugin.isGateway !== true && plugin.isDefaultGateway !== true,
    ipMasq: plugin.ipMasq === true,
    mtu: positive(plugin.mtu),
    vlan: positive(plugin.vlan),
  }),
  async teardown({ name, interface: bridge }, tools, options) {
    if (bridge === undefined) return;
    await tools.removeBridge(bridge, options);
    await tools.removeRules({ network: name, bridge });
  },
};

function validate({ parent, mode, ipam, internal, ipMasq, dns }: DriverRequest): void {
  refuseGiven('bridge', { parent, mode });
  if (ipam === 'dhcp' && internal)
    throw invalid('ipam', 'dhcp', 'an internal network cannot reach a DHCP server');
  if (internal && ipMasq)
    throw invalid(
      'ipMasq',
      ipMasq,
      'an internal network has no outgoing traffic: leave ipMasq out, or set it to false',
    );
  if (internal && dns)
    throw invalid('dns', dns, 'an internal network has no gateway for a name server to listen on');
}

function bridgePlugin(plan: NetworkPlan): JsonObject {
  const { interface: bridge, internal, ipMasq, mtu, vlan, ipam } = plan;
  // If addresses come from elsewhere, the bridge has no address and cannot be a gateway.
  const isGateway = !internal && ipam === 'host-local';
  return {
    type: 'bridge',
    bridge,
    isGateway,
    ipMasq: isGateway && ipMasq,
    hairpinMode: true,
    ...(mtu && { mtu }),
    ...(vlan && { vlan }),
    ipam: ipamOf(plan),
    capabilities: { mac: true, ...(ipam === 'host-local' && { ips: true }) },
  };
}

function invalid(argument: string, value: unknown, why: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${argument}: ${why}`, { jsonPath: `$.${argument}`, value });
}
