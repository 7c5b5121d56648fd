import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  type NamespaceKind,
  type PinnedNamespaces,
  pinNamespaces,
  unpinNamespaces,
} from '../../../src/index.js';
import { findHelperBinary, HelperClient } from '../../../src/platform/helper/index.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { mountPoints } from '../harness/mounts.js';
import { run } from '../harness/run.js';

const lab = useLab();
const kinds: NamespaceKind[] = ['net', 'uts', 'ipc', 'mnt'];

interface Process {
  readonly pid: number;
  end(): Promise<void>;
}

/** A process in namespaces of its own, which ends with the test. */
async function startProcess(...prefix: string[]): Promise<Process> {
  const [program = '', ...args] = [
    ...prefix,
    'unshare',
    '--net',
    '--uts',
    '--ipc',
    '--mount',
    'sleep',
    '600',
  ];
  const child = spawn(program, args, { stdio: 'ignore' });
  const { pid = 0 } = child;
  await until(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep'));
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  lab.defer(end);
  return { pid, end };
}

/** Linux counts namespaces by processor, and one that was made on that of ours is newer for sure. */
async function startNewer(): Promise<Process & { readonly pinned: PinnedNamespaces }> {
  for (let cpu = 0; cpu < availableParallelism(); cpu += 1) {
    const process = await startProcess('taskset', '--cpu-list', String(cpu));
    const pinned = await pinNamespaces(process.pid, kinds, options()).catch((error: Error) => error);
    if (!(pinned instanceof Error)) return { ...process, pinned };
    expect(pinned.message).toContain('only inside one that it counts as older');
  }
  return expect.unreachable('no processor gives a newer namespace');
}

function options() {
  return { name: 'kept', netnsDir: join(lab.folder, 'netns'), dir: join(lab.folder, 'ns') };
}

describe('namespaces that are kept by files', () => {
  it('are those of the process, can be entered after its end, and go without a trace', async () => {
    const { pid, end, pinned } = await startNewer();
    const { paths, remove } = pinned;
    const inodes = kinds.map((kind) => statSync(`/proc/${pid}/ns/${kind}`).ino);
    await end();
    expect(kinds.map((kind) => statSync(paths[kind] ?? '').ino)).toEqual(inodes);
    expect(
      await run('nsenter', `--net=${paths.net}`, `--uts=${paths.uts}`, `--mount=${paths.mnt}`, 'echo', 'in'),
    ).toBe('in\n');
    await remove();
    await remove();
    const left = (await mountPoints()).filter((point) => point.startsWith(lab.folder));
    // The folder of mount namespaces stays a private mount.
    expect(left).toEqual([join(lab.folder, 'ns/mnt')]);
    await run('umount', join(lab.folder, 'ns/mnt'));
    expect(await readdir(join(lab.folder, 'ns/uts'))).toEqual([]);
  });

  it('are all pinned, or none', async () => {
    const { pid } = await startProcess();
    const first = await pinNamespaces(pid, ['ipc'], options());
    await expect(pinNamespaces(pid, ['net', 'uts', 'ipc'], options())).rejects.toMatchObject({
      code: 'ERR_IN_USE',
    });
    expect(await readdir(join(lab.folder, 'netns'))).toEqual([]);
    expect(await readdir(join(lab.folder, 'ns/uts'))).toEqual([]);
    await first.remove();
  });

  it('are refused for a process that does not exist, and for an invalid name', async () => {
    await expect(pinNamespaces(2 ** 22 + 1, ['net'], options())).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    });
    await expect(pinNamespaces(1, ['net'], { name: '../up' })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    await expect(pinNamespaces(0, ['net'], options())).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });

  it('are not made of a process of another user, and the error names what may not be opened', async () => {
    const { pid } = await startProcess();
    // The checkout may be in a folder that the other user may not enter.
    const binary = `/tmp/cni-helper-${process.pid}`;
    await copyFile(findHelperBinary() ?? '', binary);
    vi.stubEnv('LIBCNI_HELPER', binary);
    process.seteuid?.(65534);
    const helper = new HelperClient();
    try {
      const keeping = pinNamespaces(pid, ['uts'], { name: 'kept', dir: '/tmp', helper });
      await expect(keeping).rejects.toMatchObject({
        code: 'ERR_PERMISSION',
        message: expect.stringMatching(
          `cannot pin namespace /proc/${pid}/ns/uts: open: EACCES; it needs CAP_SYS_PTRACE`,
        ),
      });
    } finally {
      process.seteuid?.(0);
      vi.unstubAllEnvs();
      await helper.close();
      await rm(binary);
    }
  });

  it('are let go only where they are namespaces: other files stay', async () => {
    const file = join(lab.folder, 'foreign');
    await writeFile(file, 'precious');
    await expect(unpinNamespaces({ uts: file })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });
});
