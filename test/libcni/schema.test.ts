import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import {
  aliasesSchema,
  type Bandwidth,
  bandwidthSchema,
  capabilityDnsSchema,
  cgroupPathSchema,
  deviceIdSchema,
  infinibandGuidSchema,
  ipRangeSchema,
  ipRangesSchema,
  ipsSchema,
  macSchema,
  type NetworkSettings,
  networkSettingsSchema,
  type PodSandboxConfig,
  type PortMapping,
  podSandboxConfigSchema,
  portMappingSchema,
  portMappingsSchema,
  type Result100,
  resultSchema020,
  resultSchema040,
  resultSchema100,
} from '../../src/index.js';

const schemas = {
  resultSchema020,
  resultSchema040,
  resultSchema100,
  aliasesSchema,
  bandwidthSchema,
  capabilityDnsSchema,
  cgroupPathSchema,
  deviceIdSchema,
  infinibandGuidSchema,
  ipRangeSchema,
  ipRangesSchema,
  ipsSchema,
  macSchema,
  portMappingSchema,
  portMappingsSchema,
  networkSettingsSchema,
  podSandboxConfigSchema,
};

describe('a schema', () => {
  it('gives a value back in its canonical form', () => {
    expect(macSchema.parse('C2-11-22-33-44-55')).toBe('c2:11:22:33:44:55');
    expect(macSchema.safeParse('C2-11-22-33-44-55')).toMatchObject({
      success: true,
      data: 'c2:11:22:33:44:55',
    });
  });

  it('throws an error that tells what is wrong where', () => {
    const mappings = [{ hostPort: 80, containerPort: 80 }, { hostPort: 80 }];

    expect(() => portMappingsSchema.parse(mappings)).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({
            path: [1, 'containerPort'],
            message: 'must be a whole number from 1 to 65535',
          }),
        ],
      }),
    );
    expect(() => portMappingsSchema.parse(mappings)).toThrow(Error);
  });

  it('is one of zod, with the type of its values', () => {
    expectTypeOf(portMappingsSchema).toEqualTypeOf<z.ZodType<PortMapping[]>>();
    expectTypeOf(resultSchema100).toEqualTypeOf<z.ZodType<Result100>>();
    expectTypeOf(networkSettingsSchema).toEqualTypeOf<z.ZodType<NetworkSettings>>();
    expectTypeOf(podSandboxConfigSchema).toEqualTypeOf<z.ZodType<PodSandboxConfig>>();
    expectTypeOf<z.output<typeof bandwidthSchema>>().toEqualTypeOf<Bandwidth>();
    for (const schema of Object.values(schemas)) expect(schema).toBeInstanceOf(z.ZodType);
  });

  it('is a part of a schema of the program', () => {
    const pod = z.object({
      name: z.string(),
      network: resultSchema100,
      ports: portMappingsSchema.optional(),
    });
    const network = { cniVersion: '1.0.0', IPs: [{ Address: '10.1.0.2/24' }], vendor: { key: 1 } };
    const parsed = pod.parse({ name: 'web', network });
    expectTypeOf(parsed.network).toEqualTypeOf<Result100>();
    expect(parsed.network).toEqual({
      cniVersion: '1.0.0',
      ips: [{ address: '10.1.0.2/24' }],
      vendor: { key: 1 },
    });
    const wrong = pod.safeParse({
      name: 'web',
      network: { cniVersion: '1.0.0', ips: [{ address: 'here' }] },
    });
    expect(wrong.error?.issues[0]?.path).toEqual(['network', 'ips', 0, 'address']);
  });
});

describe('JSON Schema', () => {
  it.each(Object.entries(schemas))('is made of %s', (_, schema) => {
    expect(z.toJSONSchema(schema)).toMatchObject({ type: expect.stringMatching(/^(object|array|string)$/) });
  });

  it('says which keys a result has, and that others are welcome', () => {
    const described = z.toJSONSchema(z.object({ network: resultSchema100 }));
    expect(described.properties?.network).toMatchObject({
      type: 'object',
      required: ['cniVersion'],
      additionalProperties: {},
      properties: {
        cniVersion: { enum: ['1.0.0', '1.1.0'] },
        ips: {
          anyOf: [{ type: 'array', items: { type: 'object', required: ['address'] } }, { type: 'null' }],
        },
        dns: { type: 'object', properties: { domain: {} } },
      },
    });
    expect(JSON.stringify(described.properties)).not.toContain('$schema');
  });

  it('says what a port mapping needs', () => {
    expect(z.toJSONSchema(portMappingsSchema)).toMatchObject({
      type: 'array',
      items: {
        required: ['containerPort'],
        properties: {
          containerPort: { type: 'integer', minimum: 1, maximum: 65_535 },
          protocol: { anyOf: [{ enum: ['tcp', 'udp', 'sctp'] }, { type: 'null' }] },
        },
      },
    });
  });
});
