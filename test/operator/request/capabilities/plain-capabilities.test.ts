import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Aliases,
  aliases,
  type CapabilityDns,
  cgroupPath,
  deviceId,
  dns,
  infinibandGuid,
  ips,
  mac,
  parseAliases,
  parseCgroupPath,
  parseDeviceId,
  parseDns,
  parseInfinibandGuid,
  parseIps,
  parseMac,
} from '../../../../src/operator/request/capabilities/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });

describe('aliases', () => {
  it('are DNS names', () => {
    expect(aliases('web', 'my_db', 'A1.example', 'x'.repeat(63))).toHaveLength(4);
    expect(parseAliases('["web","primary-db"]')).toEqual(['web', 'primary-db']);
    expect(parseAliases('[]')).toEqual([]);
    expectTypeOf(aliases).returns.toEqualTypeOf<Aliases>();
  });

  it.each(['', '.', 'a.', '-a', 'a-', 'a..b', 'a b', 'ä', 'x'.repeat(64), `${'a.'.repeat(127)}a`, 'a\n'])(
    'are not %j',
    (name) => {
      expect(() => aliases('ok', name)).toThrow(refused({ jsonPath: '$[1]', value: name }));
    },
  );

  it.each([
    ['{"net":["a"]}', '$'],
    ['"web"', '$'],
    ['["a",5]', '$[1]'],
    ['[null]', '$[0]'],
  ])('are not read from %s', (text, jsonPath) => {
    expect(() => parseAliases(text)).toThrow(refused({ jsonPath }));
  });
});

describe('ips', () => {
  it('are addresses with or without prefix, in canonical spelling', () => {
    const canonical = ['10.1.2.3', '10.1.2.3/24', '2001:db8::5/64', '10.0.0.1/24'];
    expect(ips('10.1.2.3', '10.1.2.3/24', '2001:DB8:0::5/64', '::ffff:10.0.0.1/120')).toEqual(canonical);
    expect(parseIps(JSON.stringify(canonical))).toEqual(canonical);
  });

  it.each(['', '10.1.2', '10.1.2.3/33', '10.1.2.3/', '/24', '::1%lo', '10.1.2.3/24/8', '010.1.2.3'])(
    'are not %j',
    (address) => {
      expect(() => ips(address)).toThrow(refused({ jsonPath: '$[0]', value: address }));
      expect(() => parseIps(JSON.stringify([address]))).toThrow(/annotation ips/);
    },
  );
});

describe('mac', () => {
  it.each(['c2:11:22:33:44:55', 'C2-11-22-33-44-55', 'c211.2233.4455'])('is read from %s', (text) => {
    expect(mac(text)).toBe('c2:11:22:33:44:55');
    expect(parseMac(` ${text}\n`)).toBe('c2:11:22:33:44:55');
    expect(parseMac(JSON.stringify(text))).toBe('c2:11:22:33:44:55');
  });

  it.each([
    '',
    'c2:11:22:33:44',
    'c2:11:22:33:44:55:66:77',
    'c2:11:22:33:44:5',
    'c2:11:22:33:44:5g',
    'c2:11:22-33:44:55',
    'c21122334455',
    'c211.2233.44:55',
    '00:00:00:00:00:00',
    '01:00:5e:00:00:01',
    'ff:ff:ff:ff:ff:ff',
  ])('is not %j', (text) => {
    expect(() => mac(text)).toThrow(refused({ jsonPath: '$', value: text }));
    expect(() => parseMac(text)).toThrow(/annotation mac/);
  });
});

describe('infinibandGUID', () => {
  it('has eight octets', () => {
    expect(infinibandGuid('C2:11:22:33:44:55:66:77')).toBe('c2:11:22:33:44:55:66:77');
    expect(parseInfinibandGuid('c211.2233.4455.6677')).toBe('c2:11:22:33:44:55:66:77');
  });

  it.each(['c2:11:22:33:44:55', '00:00:00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff:ff:ff', ''])(
    'is not %j',
    (text) => {
      expect(() => infinibandGuid(text)).toThrow(refused({ value: text }));
      expect(() => parseInfinibandGuid(text)).toThrow(/annotation infinibandGUID/);
    },
  );
});

describe('deviceID', () => {
  it.each(['0000:04:00.5', 'mlx5_core.sf.2', 'net1'])('is %s', (id) => {
    expect(deviceId(id)).toBe(id);
    expect(parseDeviceId(id)).toBe(id);
    expect(parseDeviceId(JSON.stringify(id))).toBe(id);
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a b', 'a\0'])('is not %j', (id) => {
    expect(() => deviceId(id)).toThrow(refused({ value: id }));
    expect(() => parseDeviceId(JSON.stringify(id))).toThrow(/annotation deviceID/);
  });
});

describe('cgroupPath', () => {
  it('is an absolute path', () => {
    const path = '/kubelet.slice/kubelet-kubepods.slice';
    expect(cgroupPath(path)).toBe(path);
    expect(parseCgroupPath(path)).toBe(path);
    expect(parseCgroupPath('"/a b"')).toBe('/a b');
  });

  it.each(['', 'a', './a', '/a/../b', '/..', '/a\0', '/a\nb'])('is not %j', (path) => {
    expect(() => cgroupPath(path)).toThrow(refused({ value: path }));
    expect(() => parseCgroupPath(JSON.stringify(path))).toThrow(/annotation cgroupPath/);
  });
});

describe('dns', () => {
  const both = {
    nameservers: ['10.0.0.10', 'fe80::1%eth0'],
    servers: ['10.0.0.10', 'fe80::1%eth0'],
    search: ['svc.cluster.local', '.'],
    searches: ['svc.cluster.local', '.'],
    domain: 'example.org',
    options: ['ndots:5', 'edns0'],
  };

  it('has the spelling of the specification and that of the conventions', () => {
    const { servers, searches, ...ours } = both;
    const { nameservers, search, ...theirs } = both;
    expect(dns(ours)).toEqual(both);
    expect(dns(theirs)).toEqual(both);
    expect(dns(both)).toEqual(both);
    expect(parseDns(JSON.stringify({ Servers: servers, SEARCH: searches, ...ours }))).toEqual(both);
    expectTypeOf(dns).returns.toEqualTypeOf<CapabilityDns>();
  });

  it('takes a domain that ends in a dot', () => {
    expect(parseDns('{"domain":"example.org."}')).toEqual({ domain: 'example.org.' });
    expect(() => parseDns('{"domain":"example.."}')).toThrow(refused({ jsonPath: '$.domain' }));
  });

  it('leaves out what says nothing and keeps unknown keys', () => {
    expect(parseDns('{"nameservers":[],"domain":"","search":null,"own":1}')).toEqual({ own: 1 });
  });

  it.each([
    ['{"nameservers":["dns.example"]}', '$.nameservers[0]'],
    ['{"servers":"10.0.0.1"}', '$.servers'],
    ['{"search":["a b"]}', '$.search[0]'],
    ['{"searches":["a",""]}', '$.searches[1]'],
    ['{"domain":"a..b"}', '$.domain'],
    ['{"options":["ndots: 5"]}', '$.options[0]'],
    ['{"nameservers":["10.0.0.1"],"servers":["10.0.0.2"]}', '$.servers'],
    ['["10.0.0.1"]', '$'],
  ])('is not read from %s', (text, jsonPath) => {
    expect(() => parseDns(text)).toThrow(
      refused({ jsonPath, message: expect.stringContaining('annotation dns') }),
    );
  });
});
