import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { configure, gatewayBridge, remains } from '../operator/harness/operators.js';
import { makeBundle } from './harness/bundle.js';
import { libcni, placesOf } from './harness/command.js';

const lab = useLab();

beforeEach(() => configure(lab, 'front', [{ ...gatewayBridge(lab, 174), ipMasq: true }, portmap, firewall]));

/** A containerd of the test's own; gives the address of its socket. */
async function startContainerd(): Promise<string> {
  const folder = join(lab.folder, 'containerd');
  const address = join(folder, 'containerd.sock');
  const config = join(lab.folder, 'containerd.toml');
  await writeFile(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  const args = ['--config', config, '--root', join(folder, 'root'), '--state', join(folder, 'state')];
  const child = spawn('containerd', [...args, '--address', address], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  lab.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await until(() => existsSync(address), 30_000);
  return address;
}

it('a container of containerd is attached by the hooks of its configuration, and leaves nothing', async () => {
  const address = await startContainerd();
  const annotations = { 'libcni/networks': 'front', 'libcni/ports': '8080:80' };
  const bundle = await makeBundle(lab, 'containerd', { script: 'ip -o -4 addr show dev eth0', annotations });
  const file = join(bundle, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  // containerd makes a bundle of its own from it.
  await writeFile(file, JSON.stringify({ ...config, root: { path: join(bundle, 'rootfs') } }));
  await libcni('hook', 'install', ...placesOf(lab), bundle);
  const output = await run('ctr', '--address', address, 'run', '--rm', '--config', file, 'libcni-test');
  expect(output).toMatch(/eth0 +inet 10\.174\.0\.\d+\/24/);
  expect(await remains(lab)).toEqual([]);
});
