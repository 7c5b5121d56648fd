import { describe, expect, it } from 'vitest';
import { podSandboxConfig } from '../../src/index.js';
import { podSandboxConfigSchema } from '../../src/sandbox/config/pod-sandbox-config-schema.js';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: '1234',
    labels: { app: 'web' },
    annotations: { 'kubernetes.io/egress-bandwidth': '10M' },
  },
  spec: {
    initContainers: [
      { name: 'once', ports: [{ containerPort: 1 }] },
      { name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 9090 }] },
    ],
    containers: [
      { name: 'a', ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP', hostIP: '127.0.0.1' }] },
      { name: 'b', ports: [{ containerPort: 53, protocol: 'UDP' }] },
    ],
    securityContext: { runAsUser: 7, sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
  },
};
const cluster = { clusterDns: ['10.96.0.10'] };

describe('the configuration of a pod', () => {
  it('is what kubelet makes of it', async () => {
    const config = await podSandboxConfig(pod, { ...cluster, attempt: 2, cgroupParent: '/kubepods/pod1234' });
    expect(config).toMatchObject({
      metadata: { name: 'web', namespace: 'shop', uid: '1234', attempt: 2 },
      hostname: 'web',
      logDirectory: '/var/log/pods/shop_web_1234',
      labels: {
        app: 'web',
        'io.kubernetes.pod.name': 'web',
        'io.kubernetes.pod.namespace': 'shop',
        'io.kubernetes.pod.uid': '1234',
      },
      annotations: { 'kubernetes.io/egress-bandwidth': '10M' },
      portMappings: [
        { containerPort: 9090 },
        { containerPort: 80, hostPort: 8080, protocol: 'TCP', hostIP: '127.0.0.1' },
        { containerPort: 53, protocol: 'UDP' },
      ],
      linux: {
        cgroupParent: '/kubepods/pod1234',
        sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
        securityContext: { runAsUser: 7, namespaceOptions: { network: 'POD', pid: 'CONTAINER', ipc: 'POD' } },
      },
    });
    expect(config.dns?.servers).toEqual(['10.96.0.10']);
    expect(config.dns?.searches?.slice(0, 3)).toEqual([
      'shop.svc.cluster.local',
      'svc.cluster.local',
      'cluster.local',
    ]);
    // Not those of the host, which the resolver of the cluster need not understand.
    expect(config.dns?.options).toEqual(['ndots:5']);
    expect(podSandboxConfigSchema.safeParse(config).success).toBe(true);
  });

  it('has neither a name of its own nor the resolver of the cluster in the network of the host', async () => {
    const config = await podSandboxConfig({ ...pod, spec: { ...pod.spec, hostNetwork: true } }, cluster);
    expect(config.hostname).toBeUndefined();
    expect(config.dns?.servers).not.toContain('10.96.0.10');
    const dnsPolicy = 'ClusterFirstWithHostNet';
    const asked = await podSandboxConfig({ ...pod, spec: { hostNetwork: true, dnsPolicy } }, cluster);
    expect(asked.dns?.servers).toEqual(['10.96.0.10']);
  });

  it('has only the DNS of its own with the policy None, and an own option before the one of the policy', async () => {
    const dnsConfig = {
      nameservers: ['192.0.2.1'],
      options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
    };
    const none = await podSandboxConfig({ ...pod, spec: { dnsPolicy: 'None', dnsConfig } }, cluster);
    expect(none.dns).toEqual({ servers: ['192.0.2.1'], searches: [], options: ['ndots:2', 'edns0'] });
    const first = await podSandboxConfig({ ...pod, spec: { dnsConfig } }, cluster);
    expect(first.dns?.options).toContain('ndots:2');
    expect(first.dns?.options).not.toContain('ndots:5');
  });

  it('has a whole name where the pod asks for it, and no more than the kernel takes', async () => {
    const spec = { hostname: 'db', subdomain: 'data', setHostnameAsFQDN: true };
    expect((await podSandboxConfig({ ...pod, spec })).hostname).toBe('db.data.shop.svc.cluster.local');
    const metadata = { name: `${'x'.repeat(62)}-y` };
    expect((await podSandboxConfig({ metadata, spec: {} })).hostname).toBe('x'.repeat(62));
  });

  it.each([
    [{ spec: {} }, '$.metadata'],
    [{ metadata: { name: 'x' } }, '$.spec'],
    [{ metadata: { name: '../../etc/x' }, spec: {} }, '$.metadata.name'],
    [{ metadata: { name: 'x', namespace: '../y' }, spec: {} }, '$.metadata.namespace'],
    [{ metadata: { name: 'x', uid: 'a/b' }, spec: {} }, '$.metadata.uid'],
    [{ kind: 'Deployment', metadata: { name: 'x' }, spec: {} }, '$.kind'],
    [{ metadata: { name: 'x' }, spec: { dnsPolicy: 'Often' } }, '$.spec.dnsPolicy'],
    [{ metadata: { name: 'x' }, spec: { hostNetwork: 'yes' } }, '$.spec.hostNetwork'],
    [
      { metadata: { name: 'x' }, spec: { subdomain: 's'.repeat(63), setHostnameAsFQDN: true } },
      '$.spec.setHostnameAsFQDN',
    ],
  ])('of what is no pod is refused with its place: %j', async (given, jsonPath) => {
    const error = await podSandboxConfig(given).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_CONF_INVALID', jsonPath });
  });
});

describe('what a sandbox is run with', () => {
  const metadata = { name: 'web', namespace: 'shop', uid: 'u' };
  it.each([
    [{ metadata, hostname: 'a\n192.0.2.1 b' }, 'hostname'],
    [{ metadata, hostname: 'a/b' }, 'hostname'],
    [{ metadata: { ...metadata, name: '../..' } }, 'metadata.name'],
    [{ metadata: { ...metadata, name: 'a\nb' } }, 'metadata.name'],
  ])('has no name that is none: %j', (config, path) => {
    const { error } = podSandboxConfigSchema.safeParse(config);
    expect(error?.issues[0]?.path.join('.')).toBe(path);
  });

  it('may have an empty host name, which counts as none', () => {
    expect(podSandboxConfigSchema.safeParse({ metadata, hostname: '' }).success).toBe(true);
    expect(podSandboxConfigSchema.safeParse({ metadata, hostname: 'web.shop' }).success).toBe(true);
  });
});
