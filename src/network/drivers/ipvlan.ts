import { LibcniError } from '../../errors/libcni-error.js';
import type { DriverRequest, NetworkDriver } from './driver.js';
import { ipamOf } from './ipam.js';
import { named, positive, refuseGiven, refuseUnknownMode, requireParent } from './refuse.js';

const MODES = ['l2', 'l3', 'l3s'];

/** Interfaces that share the hardware address of a host interface. */
export const ipvlanDriver: NetworkDriver = {
  name: 'ipvlan',
  makesInterface: false,
  namePrefix: 'isula-ipvlan',
  ipamFor: ({ ipam }) => ipam ?? 'host-local',
  validate(
    { bridge, isolate, ipMasq, vlan, dns, mode, parent, ipam, hasSubnets }: DriverRequest,
    { interfaces },
  ) {
    refuseGiven('ipvlan', { bridge, isolate, ipMasq, vlan, dns });
    refuseUnknownMode('ipvlan', mode, MODES);
    if (ipam === 'dhcp')
      throw invalid(
        'ipam',
        ipam,
        'a DHCP server tells containers apart by hardware addresses, and these share one',
      );
    if (!hasSubnets && ipam !== 'none')
      throw invalid('subnets', undefined, 'choose the addresses that are routed to the host over the parent');
    requireParent('ipvlan', parent, interfaces);
  },
  plugins: (plan) => [
    {
      type: 'ipvlan',
      master: plan.interface,
      mode: plan.mode ?? 'l2',
      ...(plan.mtu && { mtu: plan.mtu }),
      ipam: ipamOf(plan),
      ...(plan.ipam === 'host-local' && { capabilities: { ips: true } }),
    },
  ],
  describe: (plugin) => ({
    interface: named(plugin.master),
    mode: named(plugin.mode) ?? 'l2',
    mtu: positive(plugin.mtu),
  }),
  teardown: async () => {},
};

function invalid(argument: string, value: unknown, why: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${argument}: ${why} (driver ipvlan)`, {
    jsonPath: `$.${argument}`,
    value,
  });
}
