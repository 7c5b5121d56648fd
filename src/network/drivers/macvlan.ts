import type { DriverRequest, NetworkDriver } from './driver.js';
import { ipamOf } from './ipam.js';
import { named, positive, refuseGiven, refuseUnknownMode, requireParent } from './refuse.js';

const MODES = ['bridge', 'private', 'vepa', 'passthru'];

/** Interfaces with hardware addresses of their own on a host interface: containers appear as machines of its network. */
export const macvlanDriver: NetworkDriver = {
  name: 'macvlan',
  makesInterface: false,
  namePrefix: 'isula-macvlan',
  // The parent's network has addresses of its own, which its DHCP server assigns.
  ipamFor: ({ ipam, hasSubnets }) => ipam ?? (hasSubnets ? 'host-local' : 'dhcp'),
  validate({ bridge, isolate, ipMasq, vlan, dns, mode, parent }: DriverRequest, { interfaces }) {
    refuseGiven('macvlan', { bridge, isolate, ipMasq, vlan, dns });
    refuseUnknownMode('macvlan', mode, MODES);
    requireParent('macvlan', parent, interfaces);
  },
  plugins: (plan) => [
    {
      type: 'macvlan',
      master: plan.interface,
      mode: plan.mode ?? 'bridge',
      ...(plan.mtu && { mtu: plan.mtu }),
      ipam: ipamOf(plan),
      capabilities: { mac: true, ...(plan.ipam === 'host-local' && { ips: true }) },
    },
  ],
  describe: (plugin) => ({
    interface: named(plugin.master),
    mode: named(plugin.mode) ?? 'bridge',
    mtu: positive(plugin.mtu),
  }),
  teardown: async () => {},
};
