import { describe, expect, it } from 'vitest';
import { type HookRequest, hookSettings } from '../../src/hook/hook-settings.js';

interface Given {
  readonly annotations?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly request?: HookRequest;
}

function settings({ annotations, env = {}, request = {} }: Given): HookRequest {
  const state = { ociVersion: '1.0.2', id: 'c1', status: 'creating', bundle: '/b', annotations };
  return hookSettings({ state, env, request });
}

const port = { hostPort: 8080, containerPort: 80, protocol: 'tcp' };

describe('what a container is attached to', () => {
  it('is left to the operator where nothing says it', () => {
    expect(settings({})).toEqual({ args: [], capabilityArgs: {} });
  });

  it('can be said by annotations of the container', () => {
    const annotations = {
      'libcni/networks': 'front, storage@data0',
      'libcni/ports': '8080:80',
      'libcni/ips': '10.1.0.5/16,2001:db8::5/64',
      'libcni/mac': '02:00:00:00:00:01',
      'libcni/ifname': 'net0',
    };
    expect(settings({ annotations })).toEqual({
      networks: [{ name: 'front' }, { name: 'storage', ifName: 'data0' }],
      defaultIfName: 'net0',
      args: [],
      capabilityArgs: {
        portMappings: [port],
        ips: ['10.1.0.5/16', '2001:db8::5/64'],
        mac: '02:00:00:00:00:01',
      },
    });
  });

  it('can be said by the environment of the hook, which wins over annotations', () => {
    const annotations = { 'libcni/networks': 'other', 'libcni/ports': '9090:90' };
    const env = {
      LIBCNI_NETWORKS: 'front',
      LIBCNI_PORTS: '8080:80',
      CNI_ARGS: 'A=1;B=x=y',
      CNI_IFNAME: 'net1',
    };
    expect(settings({ annotations, env })).toEqual({
      networks: [{ name: 'front' }],
      defaultIfName: 'net1',
      args: [
        ['A', '1'],
        ['B', 'x=y'],
      ],
      capabilityArgs: { portMappings: [port] },
    });
  });

  it('can be said by the program, which wins over both', () => {
    const request = { networks: [{ name: 'mine' }], capabilityArgs: { portMappings: [] } };
    const found = settings({ request, env: { LIBCNI_NETWORKS: 'front', LIBCNI_PORTS: '8080:80' } });
    expect(found).toMatchObject(request);
  });

  it('takes capability arguments as cnitool does', () => {
    const env = { CAP_ARGS: '{"aliases":["web"],"portMappings":[]}', LIBCNI_PORTS: '8080:80' };
    expect(settings({ env }).capabilityArgs).toEqual({ aliases: ['web'], portMappings: [port] });
  });

  it('is nothing for `none`', () => {
    expect(settings({ env: { LIBCNI_NETWORKS: 'none' } }).networks).toEqual([]);
  });

  it.each([
    ['networks', { LIBCNI_NETWORKS: 'front@' }, 'ERR_ANNOTATION'],
    ['ports', { LIBCNI_PORTS: '80:' }, 'ERR_ANNOTATION'],
    ['addresses', { LIBCNI_IPS: '10.1.0' }, 'ERR_ANNOTATION'],
    ['CNI_ARGS', { CNI_ARGS: 'A' }, 'ERR_CONF_INVALID'],
    ['CAP_ARGS', { CAP_ARGS: '[]' }, 'ERR_CONF_INVALID'],
  ])('is refused where %s cannot be understood', (_, env: Record<string, string>, code) => {
    expect(() => settings({ env })).toThrow(expect.objectContaining({ code }));
  });
});
