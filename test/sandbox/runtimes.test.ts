import { describe, expect, it } from 'vitest';
import type { PodSandboxConfig } from '../../src/index.js';
import { runcRuntime, withNetworkNamespace, withoutNetworkNamespace } from '../../src/index.js';
import { sandboxSpec } from '../../src/sandbox/runtimes/sandbox-spec.js';

const metadata = { name: 'web', namespace: 'shop', uid: 'u' };
const process = { rootfs: '/root', args: ['/pause'], env: [] };

function specOf(config: Partial<PodSandboxConfig>, more: { netns?: string; hostname?: string } = {}) {
  const files = { hosts: '/s/hosts', resolvConf: '/s/resolv.conf', hostname: '/s/hostname' };
  const { netns, hostname } = more;
  const places = { files, folder: '/s/runtime', logFile: '/s/sandbox.log' };
  return sandboxSpec({ id: 'id', config: { metadata, ...config }, netns, hostname, ...places }, process);
}

describe('the specification of a container', () => {
  const spec = {
    ociVersion: '1.0.2',
    linux: { namespaces: [{ type: 'pid' }, { type: 'network', path: '/old' }], maskedPaths: ['/proc/kcore'] },
  };

  it('joins the namespace of its pod, and keeps everything else', () => {
    expect(withNetworkNamespace(spec, '/run/netns/pod')).toEqual({
      ociVersion: '1.0.2',
      linux: {
        namespaces: [{ type: 'pid' }, { type: 'network', path: '/run/netns/pod' }],
        maskedPaths: ['/proc/kcore'],
      },
    });
    expect(spec.linux.namespaces).toHaveLength(2);
  });

  it('is in the network of the host without one', () => {
    expect(withoutNetworkNamespace(spec).linux.namespaces).toEqual([{ type: 'pid' }]);
    expect(withNetworkNamespace({}, '/n')).toEqual({
      linux: { namespaces: [{ type: 'network', path: '/n' }] },
    });
  });
});

describe('the specification of a sandbox', () => {
  it('has the namespace, the files and the limits of its pod', () => {
    const resources = {
      cpuShares: 128,
      cpuQuota: 5000,
      cpuPeriod: 10_000,
      memoryLimitInBytes: 1e7,
      oomScoreAdj: 5,
    };
    const linux = { resources, cgroupParent: '/pods', sysctls: { 'net.core.somaxconn': '7' } };
    const spec = specOf({ linux }, { netns: '/run/netns/key', hostname: 'web' });
    expect(spec).toMatchObject({
      hostname: 'web',
      root: { path: '/root', readonly: true },
      process: { args: ['/pause'], oomScoreAdj: 5, noNewPrivileges: true },
      linux: {
        cgroupsPath: '/pods/id',
        sysctl: { 'net.core.somaxconn': '7' },
        resources: { cpu: { shares: 128, quota: 5000, period: 10_000 }, memory: { limit: 1e7 } },
      },
    });
    expect(spec.linux?.namespaces).toContainEqual({ type: 'network', path: '/run/netns/key' });
    expect(spec.mounts).toContainEqual(
      expect.objectContaining({ destination: '/etc/resolv.conf', source: '/s/resolv.conf' }),
    );
  });

  it('shares with the host what the pod says', () => {
    const namespaceOptions = { network: 'NODE', pid: 'NODE', ipc: 'NODE' } as const;
    const spec = specOf({ linux: { securityContext: { namespaceOptions } } });
    expect(spec.linux?.namespaces).toEqual([{ type: 'mount' }]);
  });

  it('leaves the network namespace to the runtime where the pod has users of its own', () => {
    const mapping = [{ hostId: 1000, containerId: 0, length: 10 }];
    const namespaceOptions = { users: { uids: mapping, gids: mapping } };
    const spec = specOf({ linux: { securityContext: { namespaceOptions } } });
    expect(spec.linux?.namespaces).toEqual(expect.arrayContaining([{ type: 'user' }, { type: 'network' }]));
    expect(spec.linux).toMatchObject({ uidMappings: [{ hostID: 1000, containerID: 0, size: 10 }] });
  });
});

describe('a runtime', () => {
  it('that does not exist is refused with a hint', () => {
    expect(() => runcRuntime({ rootfs: '/r', program: '/no/such/runc' })).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_FOUND', value: '/no/such/runc' }),
    );
  });

  it.each([
    [{}, '$.rootfs'],
    [{ rootfs: '/r', args: [] }, '$.args'],
    [{ rootfs: '/r', timeoutMs: -1 }, '$.timeoutMs'],
    [{ rootfs: '/r', roots: '/run' }, '$.roots'],
  ])('with invalid options is refused: %j', (options, jsonPath) => {
    const make = () => runcRuntime(options as never);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONF_INVALID', jsonPath }));
  });
});
