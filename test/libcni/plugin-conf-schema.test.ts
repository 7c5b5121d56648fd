import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isCommonConf, pluginConfSchema, TYPED_KEYS } from '../../src/libcni/conf/plugin-conf-schema.js';

const odd = fc.oneof(fc.string({ maxLength: 3 }), fc.boolean(), fc.constantFrom(null, 5, [], {}, ['a']));

/** Odd in one of six cases. */
function mostly<Value>(usual: fc.Arbitrary<Value>) {
  return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

const absent = fc.constant(undefined);
const conf = fc.record({
  ...Object.fromEntries(TYPED_KEYS.map((key) => [key, mostly(absent)])),
  type: mostly(fc.constantFrom('bridge', '')),
  capabilities: mostly(fc.dictionary(fc.string({ maxLength: 3 }), mostly(fc.boolean()), { maxKeys: 2 })),
  ipam: mostly(fc.record({ type: mostly(fc.constant('host-local')), subnet: odd }, { requiredKeys: [] })),
  mtu: odd,
});

it('takes nothing for valid without the schema that the schema refuses or changes', () => {
  let common = 0;
  fc.assert(
    fc.property(conf, (given) => {
      if (!isCommonConf(given)) return;
      common += 1;
      const parsed = pluginConfSchema().safeParse(given);
      expect(parsed).toMatchObject({ success: true });
      expect(parsed.data).toEqual(given);
    }),
    { numRuns: 5000 },
  );
  expect(common).toBeGreaterThan(100);
});

it('knows every key of the schema', () => {
  expect(TYPED_KEYS).toEqual(Object.keys(pluginConfSchema().shape));
});
