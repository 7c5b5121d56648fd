import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  capabilityDnsSchema,
  macSchema,
  type PortMapping,
  portMappingsSchema,
  resultSchema020,
  resultSchema100,
  type Schema,
  type SchemaIssue,
} from '../../src/index.js';

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

  it('tells the same as an outcome', () => {
    const outcome = resultSchema100.safeParse({ cniVersion: '1.0.0', ips: [{ address: 'here' }] });

    if (outcome.success) throw new Error('an address that is none was taken');
    expectTypeOf(outcome.error.issues).toEqualTypeOf<readonly SchemaIssue[]>();
    expect(outcome.error).toBeInstanceOf(Error);
    expect(outcome.error.issues.map(({ path }) => path)).toEqual([['ips', 0, 'address']]);
  });

  it('shows nothing of what it is made with', () => {
    for (const schema of [macSchema, capabilityDnsSchema, portMappingsSchema, resultSchema020]) {
      expect(Object.keys(schema)).toEqual(['parse', 'safeParse']);
    }
  });

  it('has the type of its values', () => {
    expectTypeOf(portMappingsSchema).toEqualTypeOf<Schema<PortMapping[]>>();
    expectTypeOf(macSchema.parse).returns.toEqualTypeOf<string>();
  });
});
