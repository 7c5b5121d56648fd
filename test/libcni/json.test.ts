import { describe, expect, it } from 'vitest';
import { injectConf, networkConfFromBytes, networkPluginConfFromBytes } from '../../src/index.js';
import { writeJson } from '../../src/libcni/json/write-json.js';

const invalid = (more: object = {}) => expect.objectContaining({ code: 'ERR_CONF_INVALID', ...more });

describe('JSON that sets traps', () => {
  it('keeps __proto__ and constructor as ordinary keys', () => {
    const conf = networkPluginConfFromBytes(
      '{"type":"x","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    const injected = injectConf(conf, { name: 'n' });
    expect(Object.hasOwn(JSON.parse(injected.bytes), '__proto__')).toBe(true);
    expect(injected.network.polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.parse(injected.bytes).constructor).toEqual({ prototype: { polluted: true } });
  });

  it('keeps __proto__ inside capabilities from reaching a prototype', () => {
    const conf = networkPluginConfFromBytes('{"type":"x","capabilities":{"__proto__":true,"ips":true}}');
    expect(Object.getPrototypeOf(conf.network)).toBe(Object.prototype);
    expect(conf.network.capabilities?.ips).toBe(true);
  });

  it('rounds numbers beyond 2^53 as every double does', () => {
    const conf = networkPluginConfFromBytes('{"type":"x","big":9007199254740993}');
    expect(injectConf(conf, { name: 'n' }).bytes).toContain('"big":9007199254740992');
  });

  it.each(['1e300', '9'.repeat(308), `0.${'9'.repeat(400)}`, '"1e400"'])(
    'accepts a list with the value %s',
    (value) => {
      const text = `{"name":"n","plugins":[{"type":"x","a":[${value}]}]}`;
      expect(networkConfFromBytes(text).plugins[0]?.network).toEqual({ type: 'x', a: [JSON.parse(value)] });
    },
  );

  it('refuses numbers beyond the range of a double, with their path', () => {
    expect(() => networkConfFromBytes('{"name":"n","plugins":[{"type":"x","a":[1e400]}]}')).toThrow(
      invalid({ jsonPath: '$.plugins[0].a[0]' }),
    );
    const conf = networkPluginConfFromBytes('{"type":"x","a":1e400}');
    expect(() => injectConf(conf, { name: 'n' })).toThrow(invalid({ jsonPath: '$.a' }));
  });

  it('replaces lone surrogates by U+FFFD and leaves pairs alone', () => {
    const conf = networkPluginConfFromBytes(
      '{"type":"x","a":"\\ud800","b":"\\ud83d\\ude00","c":"\\\\ud800"}',
    );
    const { a, b, c } = JSON.parse(injectConf(conf, { name: 'n' }).bytes);
    expect([a, b, c]).toEqual(['\uFFFD', '😀', '\\ud800']);
  });

  it('carries an escaped NUL through and refuses a raw one', () => {
    const conf = networkPluginConfFromBytes('{"type":"x","a":"\\u0000"}');
    expect(JSON.parse(injectConf(conf, { name: 'n' }).bytes).a).toBe('\0');
    expect(() => networkPluginConfFromBytes('{"type":"x","a":"\0"}')).toThrow(invalid());
  });

  it('names a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"type":"x"}')]);
    expect(() => networkPluginConfFromBytes(bytes)).toThrow(/byte order mark/);
  });

  it('lets the last of duplicate keys win', () => {
    expect(networkPluginConfFromBytes('{"type":"a","type":"b"}').network.type).toBe('b');
  });

  it('matches the keys of a plugin in any case, the last one winning', () => {
    const { network } = networkPluginConfFromBytes(
      '{"Type":"a","TYPE":"b","CNIVersion":"1.0.0","NAME":null,"name":"n"}',
    );
    expect(network).toMatchObject({ type: 'b', cniVersion: '1.0.0', name: 'n' });
  });

  it.each(['null', '[]', '"x"', '1', 'true'])('refuses %s for an object', (text) => {
    expect(() => networkPluginConfFromBytes(text)).toThrow(invalid());
    expect(() => networkConfFromBytes(text)).toThrow(invalid());
  });

  it('refuses nesting that no decoder follows', () => {
    const deep = `{"name":"n","plugins":[{"type":"x","a":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}`;
    expect(() => networkConfFromBytes(deep)).toThrow(invalid());
  });

  it('sorts keys, so that equal values give equal texts', () => {
    expect(writeJson({ b: 1, a: { d: 2, c: [{ z: 1, y: 2 }] } }, 'x')).toBe(
      '{"a":{"c":[{"y":2,"z":1}],"d":2},"b":1}',
    );
  });

  it('refuses values that JSON does not have', () => {
    const conf = networkPluginConfFromBytes('{"type":"x"}');
    expect(() => injectConf(conf, { a: 1n })).toThrow(invalid());
    expect(() => injectConf(conf, { a: Number.NaN })).toThrow(invalid({ jsonPath: '$.a' }));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(() => injectConf(conf, { a: circular })).toThrow(invalid());
  });
});
