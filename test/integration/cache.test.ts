import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder } from './harness/files.js';
import { useLab } from './harness/lab.js';
import { bridge, hostLocal } from './harness/plugins.js';
import { run } from './harness/run.js';

describe('the cache entry of an attachment', () => {
  const lab = useLab();

  function network() {
    const ipam = hostLocal(lab.dataDir, '10.104.0.0/24');
    return lab.list('cached', [bridge({ bridge: lab.ownBridge('testbr0'), ipam })]);
  }

  it('holds configuration, arguments and result in the form that every CNI runtime reads', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const attachment = pod.attachment({ args: [['IgnoreUnknown', '1']], capabilityArgs: { mac: 'ignored' } });
    const result = await lab.cni.addNetworkList(list, attachment);
    const [file = '', ...more] = await filesUnder(lab.cacheDir);
    expect([basename(file), more]).toEqual([`cached-${pod.id}-eth0`, []]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const entry = JSON.parse(await readFile(file, 'utf8'));
    expect(entry).toMatchObject({
      kind: 'cniCacheV1',
      containerId: pod.id,
      ifName: 'eth0',
      networkName: 'cached',
      cniArgs: [['IgnoreUnknown', '1']],
      capabilityArgs: { mac: 'ignored' },
      result,
    });
    expect(JSON.parse(Buffer.from(entry.config, 'base64').toString())).toEqual(JSON.parse(list.bytes));
    await lab.cni.delNetworkList(list, attachment);
    expect(await filesUnder(lab.cacheDir)).toEqual([]);
  });

  it('is written where its folder is on a file system of its own', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const results = join(lab.cacheDir, 'results');
    await mkdir(results, { recursive: true });
    await run('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', results);
    lab.defer(() => run('umount', results));
    await lab.cni.addNetworkList(list, pod.attachment());
    expect(await readdir(results)).toEqual([`cached-${pod.id}-eth0`]);
    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await readdir(results)).toEqual([]);
  });

  it('gives back result, configuration and attachment until DEL', async () => {
    const [list, pod] = [network(), await lab.pod()];
    const result = await lab.cni.addNetworkList(list, pod.attachment());
    expect(await lab.cni.getNetworkListCachedResult(list, pod.attachment())).toEqual(result);
    const config = await lab.cni.getNetworkListCachedConfig(list, pod.attachment());
    expect(config?.config).toBe(list.bytes);
    expect(await lab.cni.getCachedAttachments(pod.id)).toMatchObject([
      { containerId: pod.id, network: 'cached', ifName: 'eth0', netns: pod.path },
    ]);

    await lab.cni.delNetworkList(list, pod.attachment());
    expect(await lab.cni.getNetworkListCachedResult(list, pod.attachment())).toBeUndefined();
    expect(await lab.cni.getCachedAttachments(pod.id)).toEqual([]);
  });
});
