import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CNIConfig, confFromBytes, networkConfFromBytes } from '../../../src/index.js';

const rt = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth0' };
const list = networkConfFromBytes('{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"sleep"}]}');
const single = confFromBytes('{"cniVersion":"1.0.0","name":"net","type":"sleep"}');
let folder = '';
let cni: CNIConfig;

async function writePlugin(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reference-'));
  await writePlugin('sleep', 'exec sleep 60');
  await writePlugin('old', OLD);
  await writePlugin(
    'env',
    `printf '{"cniVersion":"1.0.0","args":"%s","other":"%s"}' "$CNI_ARGS" "$REFERENCE_OTHER"`,
  );
  cni = new CNIConfig({ path: [folder], cacheDir: join(folder, 'cache') });
});

afterAll(async () => {
  await cni[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

afterEach(() => vi.unstubAllEnvs());

const OLD = `
case "$CNI_COMMAND" in
  ADD) echo '{"ip4":{"ip":"10.1.2.3/24","gateway":"10.1.2.1","routes":[{"dst":"15.5.6.0/24"}]},"dns":{"nameservers":["8.8.8.8"]}}' ;;
  DEL) ;;
  *) echo '{"code":4,"msg":"unknown CNI_COMMAND: '"$CNI_COMMAND"'"}'; exit 1 ;;
esac`;

const limits = { timeoutMs: 150 };

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  addNetwork: () => cni.addNetwork(single, rt, { ...limits, rollback: false }),
  delNetwork: () => cni.delNetwork(single, rt, limits),
  checkNetwork: () => cni.checkNetwork(single, rt, limits),
  getVersionInfo: () => cni.getVersionInfo('sleep', limits),
  validateNetwork: () => cni.validateNetwork(single, limits),
  addNetworkList: () => cni.addNetworkList(list, rt, { ...limits, rollback: false }),
  delNetworkList: () => cni.delNetworkList(list, rt, limits),
  checkNetworkList: () => cni.checkNetworkList(list, rt, limits),
  validateNetworkList: () => cni.validateNetworkList(list, limits),
};

test.each(Object.keys(calls))('%s ends at its time limit while a plugin sleeps', async (name) => {
  const start = performance.now();
  await expect(calls[name]?.()).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('a plugin of 0.1.0, which does not know VERSION, is attached and detached', async () => {
  const old = confFromBytes('{"name":"old-thing","type":"old"}');
  expect(await cni.addNetwork(old, rt)).toEqual({
    cniVersion: '0.1.0',
    ip4: { ip: '10.1.2.3/24', gateway: '10.1.2.1', routes: [{ dst: '15.5.6.0/24' }] },
    dns: { nameservers: ['8.8.8.8'] },
  });
  expect((await cni.getVersionInfo('old')).supportedVersions).toEqual(['0.1.0']);
  await cni.delNetwork(old, rt);
});

test('variables of this process reach a plugin, but for those that are about the attachment', async () => {
  vi.stubEnv('CNI_ARGS', 'Stale=1');
  vi.stubEnv('REFERENCE_OTHER', 'passed on');
  const env = confFromBytes('{"cniVersion":"1.0.0","name":"net","type":"env"}');
  const args = [
    ['A', '1'],
    ['B', '2'],
  ] as const;
  const added = await cni.addNetwork(env, { ...rt, args });
  expect(added).toMatchObject({ args: 'A=1;B=2', other: 'passed on' });
});
