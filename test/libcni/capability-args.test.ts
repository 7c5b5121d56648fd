import { expectTypeOf, it } from 'vitest';
import {
  type AttachRequest,
  aliases,
  bandwidth,
  type CapabilityArgs,
  type CNIConfig,
  type CNIOperator,
  cgroupPath,
  deviceId,
  dns,
  infinibandGuid,
  ipRange,
  ips,
  mac,
  type NetworkRequest,
  portMappings,
  type RuntimeConf,
} from '../../src/index.js';

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const request = { id: 'c1', netns: '/run/netns/a' };

it('capability arguments of the conventions have their types', () => {
  const capabilityArgs: CapabilityArgs = {
    portMappings: [{ hostPort: 8080, containerPort: 80 }],
    bandwidth: { ingressRate: 1000, ingressBurst: 1000 },
    ipRanges: [[{ subnet: '10.1.0.0/24' }]],
    aliases: { web: ['www'] },
    dns: { servers: ['10.0.0.1'] },
    ips: ['10.1.0.5/24'],
    mac: null,
  };
  expectTypeOf({ ...rt, capabilityArgs }).toExtend<RuntimeConf>();
  expectTypeOf({ ...request, capabilityArgs }).toExtend<AttachRequest>();
  // @ts-expect-error a string is no port
  const wrong: CapabilityArgs = { portMappings: [{ hostPort: '8080', containerPort: 80 }] };
  expectTypeOf(wrong).toExtend<CapabilityArgs>();
});

it('what the builders make are capability arguments', () => {
  const built = {
    portMappings: portMappings('8080:80'),
    bandwidth: bandwidth({ ingress: '10Mbit' }),
    ipRanges: [[ipRange('10.1.0.0/24')]],
    aliases: aliases('web'),
    dns: dns({ servers: ['10.0.0.1'] }),
    ips: ips('10.1.0.5/24'),
    mac: mac('02:00:00:00:00:01'),
    infinibandGUID: infinibandGuid('c2:11:22:33:44:55:66:77'),
    deviceID: deviceId('0000:00:1f.6'),
    cgroupPath: cgroupPath('/kubepods/pod1'),
  };
  expectTypeOf(built).toExtend<CapabilityArgs>();
});

it('a capability that is misspelt does not compile', () => {
  // @ts-expect-error portMappings was meant
  const ofVerb: RuntimeConf = { ...rt, capabilityArgs: { portMapping: [] } };
  // @ts-expect-error portMappings was meant
  const ofOperator: AttachRequest = { ...request, capabilityArgs: { portmappings: [] } };
  // @ts-expect-error bandwidth was meant
  const ofNetwork: NetworkRequest = { name: 'a', capabilityArgs: { bandwith: {} } };
  expectTypeOf([ofVerb, ofOperator, ofNetwork]).toBeArray();
});

it("capabilities of one's own have a dot, or are named by the type parameter", () => {
  const dotted: RuntimeConf = { ...rt, capabilityArgs: { 'example.com/shaping': { profile: 'low' } } };
  const named: RuntimeConf<{ shaping: { profile: string } }> = {
    ...rt,
    capabilityArgs: { shaping: { profile: 'low' }, mac: '02:00:00:00:00:01' },
  };
  // @ts-expect-error a profile is a string
  const wrong: CapabilityArgs<{ shaping: { profile: string } }> = { shaping: { profile: 1 } };
  const asked: AttachRequest<{ shaping: string }> = {
    ...request,
    capabilityArgs: { shaping: 'low' },
    networks: [{ name: 'a', capabilityArgs: { shaping: 'high' } }],
  };
  expectTypeOf(dotted).toExtend<Parameters<CNIConfig['addNetworkList']>[1]>();
  expectTypeOf(named).toExtend<Parameters<CNIConfig['addNetworkList']>[1]>();
  expectTypeOf(wrong).toExtend<CapabilityArgs>();
  expectTypeOf(asked).toExtend<Parameters<CNIOperator['attach']>[0]>();
});

it('what JSON holds is taken, and checked when it is used', () => {
  const read: Record<string, unknown> = JSON.parse('{"mac":"02:00:00:00:00:01"}');
  expectTypeOf({ ...rt, capabilityArgs: read }).toExtend<RuntimeConf>();
});
