import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type HookPoint, type OciHook, type OciState, runHooks } from '../../../src/index.js';
import { useLab } from '../harness/lab.js';
import { run } from '../harness/run.js';
import { Container } from './harness/container.js';

const lab = useLab();
const points: HookPoint[] = ['createContainer', 'startContainer'];
let container: Container;

beforeEach(async () => {
  container = await Container.prepare(lab, 'runc', { script: 'exec sleep 60' });
});

/** A hook that notes its namespaces, and the state that it reads, in a file. */
function recorder(shell: string, file: string, busybox = shell): OciHook {
  const script = `for kind in net uts ipc mnt pid; do "$0" readlink /proc/self/ns/$kind; done > ${file}; "$0" cat >> ${file}`;
  return { path: shell, args: [shell, 'sh', '-c', script, busybox] };
}

interface Noted {
  readonly namespaces: string[];
  readonly state: OciState;
}

async function noted(file: string): Promise<Noted> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return { namespaces: lines.slice(0, 5), state: JSON.parse(lines[5] ?? '') };
}

async function addHooks(hooks: object): Promise<void> {
  const file = join(container.bundle, 'config.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), hooks }));
}

async function state(): Promise<OciState> {
  return JSON.parse(await container.state());
}

describe('hooks of the container', () => {
  it('run in the namespaces, and with the pid, that runc gives them', async () => {
    const rootfs = join(container.bundle, 'rootfs');
    const outside = join(rootfs, 'bin/busybox');
    await addHooks({
      createContainer: [recorder(outside, join(rootfs, 'runc-createContainer'))],
      startContainer: [recorder('/bin/busybox', '/runc-startContainer')],
    });
    expect(await container.run()).toMatchObject({ exitCode: 0, output: '' });
    await runHooks([recorder(outside, '/our-createContainer', '/bin/busybox')], await state(), {
      point: 'createContainer',
    });
    await runHooks([recorder('/bin/busybox', '/our-startContainer')], await state(), {
      point: 'startContainer',
    });
    for (const point of points) {
      const [theirs, ours] = [
        await noted(join(rootfs, `runc-${point}`)),
        await noted(join(rootfs, `our-${point}`)),
      ];
      expect(ours.namespaces).toEqual(theirs.namespaces);
      expect(ours.state.pid).toBe(theirs.state.pid);
      expect(ours.state.id).toBe(container.id);
    }
    const own = (await run('readlink', '/proc/self/ns/net')).trim();
    expect((await noted(join(rootfs, 'our-createContainer'))).namespaces).not.toContain(own);
  });

  it('are scripts as well, and end with their failure, a signal or their timeout', async () => {
    await container.run();
    const script = join(container.bundle, 'rootfs/failing');
    await writeFile(script, '#!/bin/sh\necho no luck >&2\nexit 3\n', { mode: 0o755 });
    const failing = runHooks([{ path: script }], await state(), { point: 'createContainer' });
    await expect(failing).rejects.toThrow(/createContainer hook 0 .*failing.* exit code 3: no luck/);
    const at = async (...args: string[]) =>
      await runHooks([{ path: '/bin/sh', args: ['sh', '-c', ...args], timeout: 2 }], await state(), {
        point: 'startContainer',
      });
    await expect(at('kill -9 $$')).rejects.toThrow('signal SIGKILL');
    await expect(at('sleep 77')).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await container.sh('cat /proc/[0-9]*/cmdline')).not.toContain('77');
  });

  it('name a program that is only on the other side', async () => {
    await container.run();
    const at = { point: 'startContainer' } as const;
    const outside = [{ path: join(container.bundle, 'rootfs/bin/busybox') }];
    await expect(runHooks(outside, await state(), at)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    const inside = [{ path: '/bin/echo', args: ['echo'] }];
    expect(await runHooks(inside, await state(), at)).toEqual([]);
    await run('rm', join(container.bundle, 'rootfs/bin/echo'));
    await expect(runHooks(inside, await state(), at)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('are refused without a process, or with one that is gone', async () => {
    await container.run();
    const gone = { ...(await state()), pid: 2 ** 22 + 1 };
    for (const point of points) {
      const without = { ...gone, pid: undefined };
      await expect(runHooks([], without, { point })).rejects.toMatchObject({ jsonPath: '$.pid' });
      await expect(runHooks([{ path: '/bin/sh' }], gone, { point })).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
    }
  });
});
