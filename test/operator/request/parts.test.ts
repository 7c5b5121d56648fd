import { describe, expect, it } from 'vitest';
import { createResult, networkConfFromBytes, networkPluginConfFromBytes } from '../../../src/index.js';
import { effectiveList } from '../../../src/operator/request/effective-list.js';
import { InterfaceNames } from '../../../src/operator/request/interface-names.js';
import { summarize } from '../../../src/operator/verbs/summary.js';

describe('interface names', () => {
  it('are filled in with the lowest that is free', () => {
    const names = new InterfaceNames();
    names.take('eth1', 'a');
    expect([names.takeFree('eth', 0, 'b'), names.takeFree('eth', 0, 'c')]).toEqual(['eth0', 'eth2']);
  });

  it('are refused twice, with both networks named', () => {
    const names = new InterfaceNames();
    names.take('eth0', 'a');
    expect(() => names.take('eth0', 'b')).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        message: expect.stringMatching(/network a and by network b/),
      }),
    );
  });
});

describe('an effective list', () => {
  const list = networkConfFromBytes(
    '{"name":"n","cniVersion":"1.0.0","plugins":[{"type":"a","args":{"x":1,"cni":{"k":1}}}]}',
  );

  it('is the list itself where nothing is added', () => {
    expect(effectiveList(list)).toBe(list);
  });

  it('holds the plugins of drop-in files in its text', () => {
    const dropIn = networkPluginConfFromBytes('{"type":"b"}');
    const whole = effectiveList({ ...list, plugins: [...list.plugins, dropIn] });
    expect(networkConfFromBytes(whole.bytes).plugins.map(({ network }) => network.type)).toEqual(['a', 'b']);
  });

  it('holds arguments for every plugin beside those of its configuration', () => {
    const { plugins } = effectiveList(list, { ips: ['10.0.0.1'] });
    expect(plugins[0]?.network.args).toEqual({ x: 1, cni: { k: 1, ips: ['10.0.0.1'] } });
  });
});

const identity = { name: 'n', namespace: 'default', isDefault: true, ifName: 'eth0' };

describe('a summary', () => {
  it('has the addresses of the interface by family', () => {
    const raw = createResult(
      JSON.stringify({
        cniVersion: '0.4.0',
        interfaces: [{ name: 'br0' }, { name: 'eth0', mac: '00:00:00:00:00:01', sandbox: '/ns' }],
        ips: [
          { version: '6', interface: 1, address: 'fd00::2/64', gateway: 'fd00::1' },
          { version: '4', interface: 1, address: '10.0.0.2/8', gateway: '10.0.0.1' },
          { version: '4', interface: 0, address: '10.0.0.1/8' },
        ],
        routes: [{ dst: '0.0.0.0/0' }],
        dns: { nameservers: ['10.0.0.1'] },
      }),
    );
    expect(summarize(identity, raw)).toMatchObject({
      result: raw,
      ipv4: ['10.0.0.2'],
      ipv6: ['fd00::2'],
      addresses: ['fd00::2/64', '10.0.0.2/8'],
      gateways: ['fd00::1', '10.0.0.1'],
      mac: '00:00:00:00:00:01',
      dns: { nameservers: ['10.0.0.1'] },
    });
  });

  it('of a result without interfaces has all addresses', () => {
    const raw = createResult('{"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.2/8"}}');
    expect(summarize(identity, raw)).toMatchObject({ ipv4: ['10.0.0.2'], ipv6: [], mac: undefined });
  });
});
