import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { configure, gatewayBridge } from '../operator/harness/operators.js';
import { controlGroups } from './harness/control-groups.js';
import { fetchPage } from './harness/fetch-page.js';
import { createManager, createRuntime, podConfig, podRemains } from './harness/pod-host.js';
import { GREETING } from './harness/root-file-system.js';

const lab = useLab();

beforeEach(() => configure(lab, 'first', [gatewayBridge(lab, 140), portmap, firewall]));

describe.each(['runc', 'crun'] as const)('a pod with %s', (name) => {
  it('has its network before its process starts, is reached through the host, and leaves nothing', async () => {
    const manager = await createManager(lab, { runtimes: { '': await createRuntime(lab, name) } });
    const id = await manager.run(
      podConfig(lab, {
        hostname: 'shop-web',
        dns: { servers: ['10.96.0.10'], searches: ['shop.svc.cluster.local'], options: ['ndots:5'] },
        portMappings: [{ containerPort: 80, hostPort: 18080 }],
      }),
    );
    const status = await manager.status(id);
    expect(status).toMatchObject({ state: 'ready', phase: 'running', network: { ready: true } });
    const [address = ''] = status.network.ipv4;
    await until(async () => (await readFile(status.logFile, 'utf8')).includes('hostname='));
    const [first = '', second] = (await readFile(status.logFile, 'utf8')).trim().split('\n');
    expect(first).toContain(`inet ${address}/24`);
    expect(second).toContain('inet6');
    expect(await fetchPage(`http://${address}/`)).toBe(GREETING);
    expect(await fetchPage('http://127.0.0.1:18080/')).toBe(GREETING);
    await manager.stop(id);
    expect(await manager.status(id)).toMatchObject({ state: 'notready', phase: 'stopped', pid: undefined });
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
    expect(await controlGroups(id)).toEqual([]);
  });
});
