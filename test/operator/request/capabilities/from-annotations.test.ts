import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { LibcniError } from '../../../../src/index.js';
import { capabilityArgsFromAnnotations } from '../../../../src/operator/request/capabilities/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });
const INGRESS = 'kubernetes.io/ingress-bandwidth';
const EGRESS = 'kubernetes.io/egress-bandwidth';
const MISSPELT = 'kubernetes.io/engress-bandwidth';

describe('capability arguments from annotations', () => {
  it('have every capability of the conventions', () => {
    const { capabilityArgs, warnings } = capabilityArgsFromAnnotations({
      portMappings: '[{"hostPort":8080,"containerPort":80}]',
      bandwidth: '{"ingressRate":2048,"ingressBurst":1600}',
      ipRanges: '[[{"subnet":"10.1.0.0/24"}]]',
      aliases: '["web"]',
      dns: '{"nameservers":["10.0.0.10"]}',
      ips: '["10.1.0.5/24"]',
      mac: 'C2:11:22:33:44:55',
      infinibandGUID: '"c2:11:22:33:44:55:66:77"',
      deviceID: '0000:04:00.5',
      cgroupPath: '/kubelet.slice',
    });
    expect(warnings).toEqual([]);
    expect(capabilityArgs).toEqual({
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      bandwidth: { ingressRate: 2048, ingressBurst: 1600, egressRate: 0, egressBurst: 0 },
      ipRanges: [[{ subnet: '10.1.0.0/24' }]],
      aliases: ['web'],
      dns: { nameservers: ['10.0.0.10'], servers: ['10.0.0.10'] },
      ips: ['10.1.0.5/24'],
      mac: 'c2:11:22:33:44:55',
      infinibandGUID: 'c2:11:22:33:44:55:66:77',
      deviceID: '0000:04:00.5',
      cgroupPath: '/kubelet.slice',
    });
  });

  it('leave other annotations alone, however strange', () => {
    const annotations = JSON.parse('{"__proto__":"{","constructor":"[","portmappings":"x","toString":"y"}');
    expect(capabilityArgsFromAnnotations(annotations)).toEqual({ capabilityArgs: {}, warnings: [] });
    expect(capabilityArgsFromAnnotations(Object.create({ mac: 'inherited' })).capabilityArgs).toEqual({});
  });

  it('have nothing for an empty list', () => {
    const annotations = { portMappings: '[{"containerPort":80}]', ips: '[]', aliases: '[]', ipRanges: '[]' };
    expect(capabilityArgsFromAnnotations(annotations).capabilityArgs).toEqual({});
  });

  it('name annotation, path and value of what is wrong', () => {
    expect(() =>
      capabilityArgsFromAnnotations({ portMappings: '[{"hostPort":99999,"containerPort":80}]' }),
    ).toThrow(
      refused({
        jsonPath: '$[0].hostPort',
        value: 99_999,
        message: 'annotation portMappings: must be a whole number from 1 to 65535 (99999) (at $[0].hostPort)',
      }),
    );
  });

  it('come from texts only', () => {
    const annotations = JSON.parse('{"mac":5}');
    expect(() => capabilityArgsFromAnnotations(annotations)).toThrow(refused({ value: 5 }));
    expectTypeOf(capabilityArgsFromAnnotations).returns.toEqualTypeOf<{
      readonly capabilityArgs: Record<string, unknown>;
      readonly warnings: string[];
    }>();
  });

  it('do not reach a prototype', () => {
    const texts = {
      portMappings: '[{"hostPort":1,"containerPort":2,"__proto__":{"polluted":true}}]',
      dns: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    };
    const { capabilityArgs } = capabilityArgsFromAnnotations(texts);
    const plain: Record<string, unknown> = {};
    expect(plain.polluted).toBeUndefined();
    expect(JSON.stringify(capabilityArgs)).toContain('"hostPort":1');
    expect(capabilityArgs.portMappings).not.toHaveProperty('0.polluted');
  });

  it('fail with a code of their own for whatever text, never with anything else', () => {
    const keys = fc.constantFrom(
      'portMappings',
      'bandwidth',
      'ipRanges',
      'aliases',
      'dns',
      'ips',
      'mac',
      EGRESS,
    );
    fc.assert(
      fc.property(keys, fc.oneof(fc.json(), fc.string()), (key, text) => {
        try {
          capabilityArgsFromAnnotations({ [key]: text });
        } catch (error) {
          expect(error).toBeInstanceOf(LibcniError);
          expect(error).toMatchObject({ code: 'ERR_ANNOTATION', message: expect.stringContaining(key) });
        }
      }),
    );
  });

  it('survive nesting that no decoder follows', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(() => capabilityArgsFromAnnotations({ aliases: deep })).toThrow(refused());
  });
});

describe('the bandwidth of annotations', () => {
  const read = (annotations: Record<string, string>) => {
    const { capabilityArgs, warnings } = capabilityArgsFromAnnotations(annotations);
    return { bandwidth: capabilityArgs.bandwidth, warnings };
  };

  it('comes from the keys of Kubernetes', () => {
    expect(read({ [INGRESS]: '10M', [EGRESS]: '1G' })).toEqual({
      bandwidth: {
        ingressRate: 10_000_000,
        ingressBurst: 1_048_576,
        egressRate: 1_000_000_000,
        egressBurst: 100_000_000,
      },
      warnings: [],
    });
    expect(read({ [EGRESS]: '2k' }).bandwidth).toMatchObject({ ingressRate: 0, egressRate: 2000 });
  });

  it('takes the misspelt key with a warning', () => {
    const { bandwidth, warnings } = read({ [MISSPELT]: '5M' });
    expect(bandwidth).toMatchObject({ egressRate: 5_000_000, egressBurst: 1_048_576 });
    expect(warnings).toEqual([expect.stringContaining(MISSPELT)]);
  });

  it('prefers the right spelling', () => {
    const { bandwidth, warnings } = read({ [MISSPELT]: '5M', [EGRESS]: '6M' });
    expect(bandwidth).toMatchObject({ egressRate: 6_000_000 });
    expect(warnings).toEqual([expect.stringMatching(/engress-bandwidth is misspelt; it is ignored/)]);
  });

  it('prefers the key bandwidth, direction by direction', () => {
    const exact = '{"ingressRate":2048,"ingressBurst":1600,"own":1}';
    expect(read({ bandwidth: exact, [INGRESS]: '10M', [EGRESS]: '1M' })).toEqual({
      bandwidth: {
        ingressRate: 2048,
        ingressBurst: 1600,
        egressRate: 1_000_000,
        egressBurst: 1_048_576,
        own: 1,
      },
      warnings: [expect.stringContaining(INGRESS)],
    });
    expect(read({ bandwidth: exact, [INGRESS]: '2048' }).warnings).toEqual([]);
  });

  it.each([INGRESS, EGRESS, MISSPELT])('names the key %s where its value is wrong', (key) => {
    expect(() => read({ [key]: '10Mbit' })).toThrow(
      refused({ value: '10Mbit', message: expect.stringContaining(key) }),
    );
    expect(() => read({ [key]: '100' })).toThrow(/1k to 1P/);
  });
});
