import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { configure, gatewayBridge, remains } from '../operator/harness/operators.js';
import { makeBundle } from './harness/bundle.js';
import { command, placesOf } from './harness/command.js';
import type { RuntimeName } from './harness/container.js';

const lab = useLab();

beforeEach(async () => {
  await configure(lab, 'front', [{ ...gatewayBridge(lab, 173), ipMasq: true }, portmap, firewall]);
  await mkdir(hooksDir());
  for (const stage of ['createRuntime', 'poststop'])
    await writeFile(join(hooksDir(), `libcni-${stage}.json`), JSON.stringify(podmanHook(stage)));
});

function hooksDir(): string {
  return join(lab.folder, 'hooks.d');
}

/** For containers that say by an annotation which networks they want. */
function podmanHook(stage: string): object {
  const args = ['node', command, 'hook', stage, ...placesOf(lab)];
  return {
    version: '1.0.0',
    hook: { path: process.execPath, args, env: [`PATH=${process.env.PATH}`] },
    when: { annotations: { '^libcni/networks$': '.*' } },
    stages: [stage],
  };
}

/** Runs a container to its end, all of podman's state in the lab, and gives what was printed. */
async function podmanRun(
  runtime: RuntimeName,
  annotations: readonly string[],
  script: string,
): Promise<string> {
  const rootfs = join(await makeBundle(lab, `podman-${runtime}`), 'rootfs');
  const places = ['root', 'runroot', 'tmpdir'].flatMap((name) => [
    `--${name}`,
    join(lab.folder, 'podman', name),
  ]);
  const settings = ['--storage-driver=vfs', '--cgroup-manager=cgroupfs', '--events-backend=file'];
  const limits = ['--ulimit=nofile=1024:1024', '--ulimit=nproc=1024:1024'];
  const wanted = annotations.flatMap((annotation) => ['--annotation', annotation]);
  const global = [...places, ...settings, '--runtime', runtime, '--hooks-dir', hooksDir()];
  const options = [
    '--rm',
    '--network=none',
    ...limits,
    ...wanted,
    '--rootfs',
    rootfs,
    '/bin/sh',
    '-c',
    script,
  ];
  const child = spawn('podman', [...global, 'run', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return `${stdout}${stderr}`;
}

describe.each<RuntimeName>(['crun', 'runc'])('podman with --hooks-dir and %s', (runtime) => {
  const show = 'ip -o -4 addr show dev eth0';

  it('gives a container its networks before its process starts, and takes them back at its end', async () => {
    const output = await podmanRun(runtime, ['libcni/networks=front', 'libcni/ports=8080:80'], show);
    expect(output).toMatch(/eth0 +inet 10\.173\.0\.\d+\/24/);
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves a container alone that the hook is not for', async () => {
    expect(await podmanRun(runtime, [], show)).not.toContain('inet');
    expect(await remains(lab)).toEqual([]);
  });
});
