import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from './harness/eventually.js';
import { failure, libcniFailure, pluginFailure } from './harness/failure.js';
import { useLab } from './harness/lab.js';
import { bandwidth, bridge, firewall, hostLocal, portmap } from './harness/plugins.js';

const impossible = { type: 'tuning', sysctl: { 'net.ipv4.no_such_parameter': '1' } };
const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }];

describe('an ADD that fails leaves nothing', () => {
  const lab = useLab();

  function first(more: object = {}) {
    const ipam = hostLocal(lab.dataDir, '10.103.0.0/24', 'fd10:3::/64');
    return { ...bridge({ bridge: lab.ownBridge('testbr0'), ipam, ipMasq: true }), ...more };
  }

  /** What is left on the machine at this moment, but for the bridge itself. */
  async function remains() {
    return (await lab.leftovers()).filter((thing) => thing !== 'interface testbr0');
  }

  it('when the first plugin cannot apply its settings', async () => {
    const list = lab.list('broken', [first({ mtu: 10 }), portmap, firewall]);
    const pod = await lab.pod();
    const error = await pluginFailure(lab.cni.addNetworkList(list, pod.attachment()));
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'bridge', network: 'broken', rollbackErrors: [] });
    expect(await remains()).toEqual([]);
  });

  it('when the range is used up although the interface is there already', async () => {
    const range = { subnet: '10.103.0.0/24', rangeStart: '10.103.0.2', rangeEnd: '10.103.0.2' };
    const ipam = { type: 'host-local', dataDir: lab.dataDir, ranges: [[range]] };
    const list = lab.list('full', [first({ ipam }), portmap]);
    const [one, two] = [await lab.pod(), await lab.pod()];
    await lab.cni.addNetworkList(list, one.attachment());
    const before = await remains();
    expect(await pluginFailure(lab.cni.addNetworkList(list, two.attachment()))).toMatchObject({
      plugin: 'bridge',
    });
    expect(await remains()).toEqual(before);
    await lab.cni.checkNetworkList(list, one.attachment());
    await lab.cni.delNetworkList(list, one.attachment());
  });

  it('of its own, and the interface of another network that has the name', async () => {
    const list = lab.list('standing', [first(), portmap]);
    const pod = await lab.pod();
    await lab.cni.addNetworkList(list, pod.attachment());
    const before = await remains();
    const other = lab.list('other', [first(), portmap]);
    const error = await pluginFailure(lab.cni.addNetworkList(other, pod.attachment()));
    expect(error).toMatchObject({ plugin: 'bridge', network: 'other', rollbackErrors: [] });
    expect(await remains()).toEqual(before);
    await lab.cni.checkNetworkList(list, pod.attachment());
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await remains()).toEqual([]);
  });

  it('of its own, though a record of another container has the same namespace and is not older than it', async () => {
    const list = lab.list('standing', [first({ ipMasq: false })]);
    const broken = lab.list('broken', [first({ ipMasq: false }), impossible]);
    const pod = await lab.pod();
    await lab.cni.addNetworkList(list, pod.attachment());
    // Somebody took the interface away, so the record tells nothing any more.
    await pod.run('ip', 'link', 'delete', 'eth0');
    const attachment = pod.attachment({ containerId: 'another' });
    expect(await pluginFailure(lab.cni.addNetworkList(broken, attachment))).toMatchObject({
      plugin: 'tuning',
      rollbackErrors: [],
    });
    expect(await pod.addedLinks()).toEqual([]);
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await remains()).toEqual([]);
  });

  it('when the second plugin cannot apply its settings', async () => {
    const list = lab.list('broken', [first(), impossible, portmap]);
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    const error = await pluginFailure(lab.cni.addNetworkList(list, attachment));
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'tuning', containerId: pod.id, rollbackErrors: [] });
    expect(await remains()).toEqual([]);
  });

  it('when the third plugin cannot apply its settings', async () => {
    const list = lab.list('broken', [first(), portmap, impossible]);
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    const error = await pluginFailure(lab.cni.addNetworkList(list, attachment));
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'tuning', rollbackErrors: [] });
    expect(await remains()).toEqual([]);
  });

  it('when a plugin refuses its DEL as well, which is reported beside the failure', async () => {
    const list = lab.list('broken', [first(), portmap, firewall]);
    const pod = await lab.pod();
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 0, protocol: 'tcp' }] };
    const error = await pluginFailure(lab.cni.addNetworkList(list, pod.attachment({ capabilityArgs })));
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'portmap' });
    expect(error.rollbackErrors).toMatchObject([{ verb: 'DEL', plugin: 'portmap' }]);
    expect(await remains()).toEqual([]);
  });

  it('when the third plugin is not installed', async () => {
    const list = lab.list('broken', [first(), portmap, { type: 'not-installed' }]);
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    const error = await libcniFailure(lab.cni.addNetworkList(list, attachment));
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'not-installed', network: 'broken' });
    expect(await remains()).toEqual([]);
  });

  it('when the namespace does not exist', async () => {
    const list = lab.list('broken', [first(), portmap]);
    const pod = await lab.pod();
    await pod.netns.remove();
    await failure(lab.cni.addNetworkList(list, pod.attachment()));
    expect(await remains()).toEqual([]);
  });

  it('when the caller declines the rollback, only then are the first plugins still there', async () => {
    const list = lab.list('kept', [first(), portmap, { type: 'not-installed' }]);
    const pod = await lab.pod();
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    await failure(lab.cni.addNetworkList(list, attachment, { rollback: false }));
    expect(await pod.addedLinks()).toEqual(['eth0']);
    const installed = lab.list('kept', [first(), portmap]);
    await lab.cni.delNetworkList(installed, attachment);
  });
});

describe('an ADD that takes too long leaves nothing', () => {
  const lab = useLab();

  function network() {
    const ipam = hostLocal(lab.dataDir, '10.103.0.0/24');
    const first = bridge({ bridge: lab.ownBridge('testbr0'), ipam });
    const hanging = { type: 'hanging', pidFile: join(lab.folder, 'pid') };
    return lab.list('slow', [first, portmap, hanging, bandwidth]);
  }

  async function isRunning(): Promise<boolean> {
    const pid = (await readFile(join(lab.folder, 'pid'), 'utf8')).trim();
    return existsSync(`/proc/${pid}`);
  }

  it('when its deadline passes while a plugin hangs', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    const start = Date.now();
    const error = await libcniFailure(lab.cni.addNetworkList(list, attachment, { timeoutMs: 1500 }));
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', verb: 'ADD', plugin: 'hanging', rollbackErrors: [] });
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(await isRunning()).toBe(false);
    expect((await lab.leftovers()).filter((thing) => thing !== 'interface testbr0')).toEqual([]);
  });

  it('when the caller cancels it in the middle', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ capabilityArgs: { portMappings } });
    const caller = new AbortController();
    const adding = libcniFailure(lab.cni.addNetworkList(list, attachment, { signal: caller.signal }));
    await until(() => existsSync(join(lab.folder, 'pid')));
    expect(await pod.addedLinks()).toEqual(['eth0']);
    caller.abort();
    expect(await adding).toMatchObject({ code: 'ERR_ABORTED', plugin: 'hanging', rollbackErrors: [] });
    expect(await isRunning()).toBe(false);
    expect((await lab.leftovers()).filter((thing) => thing !== 'interface testbr0')).toEqual([]);
  });

  it('when it was cancelled before it began', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const error = await libcniFailure(
      lab.cni.addNetworkList(list, pod.attachment(), { signal: AbortSignal.abort() }),
    );
    expect(error.code).toBe('ERR_ABORTED');
    expect(await lab.leftovers()).toEqual([]);
  });
});
