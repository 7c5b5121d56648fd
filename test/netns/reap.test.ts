import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createNetns, isNetns, listNetns, type ReapedNetns, reapNetns } from '../../src/netns/index.js';
import { HelperClient } from '../../src/platform/helper/index.js';
import { eventually } from '../platform/helper/harness/processes.js';
import { shell } from '../platform/helper/harness/shell.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

const outcomes = (report: readonly ReapedNetns[]) =>
  report.map(({ entry, outcome, reason }) => `${entry.name} ${outcome}${reason ? `: ${reason}` : ''}`);

/** Runs a piece of shell that says when it is ready, until `stop` is called or the test ends. */
async function background(script: (ready: string) => string, netns?: string) {
  const ready = join(folder, `ready-${Math.random()}`);
  const controller = new AbortController();
  const run = helper.spawn(shell(script(ready), { netns, signal: controller.signal }));
  await eventually('it is ready', () => existsSync(ready) && readFileSync(ready, 'utf8').endsWith('\n'));
  const pid = Number(readFileSync(ready, 'utf8'));
  const stop = async () => {
    controller.abort();
    await run;
  };
  onTestFinished(stop);
  return { pid, stop };
}

describe('reaping', () => {
  it('removes leftovers of the prefix and nothing else', async () => {
    const dir = join(folder, 'leftovers');
    for (const name of ['pod-plain', 'pod-stacked', 'other']) await createNetns({ dir, name, helper });
    await isolated.run(`unshare -n mount --bind /proc/self/ns/net ${dir}/pod-stacked`);
    writeFileSync(join(dir, 'pod-empty'), '', { mode: 0o444 });
    writeFileSync(join(dir, 'pod-text'), 'precious');
    mkdirSync(join(dir, 'pod-folder'));
    const planned = await reapNetns({ dir, prefix: 'pod-', helper, dryRun: true });
    expect(outcomes(planned).filter((line) => line.includes('removable')).length).toBe(3);
    expect((await listNetns(dir, { helper })).length).toBe(6);
    const report = await reapNetns({ dir, prefix: 'pod-', helper });
    expect(outcomes(report)).toEqual([
      'pod-empty removed',
      'pod-folder kept: foreign',
      'pod-plain removed',
      'pod-stacked removed',
      'pod-text kept: foreign',
    ]);
    const left = await listNetns(dir, { helper });
    expect(left.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'other mounted',
      'pod-folder foreign',
      'pod-text foreign',
    ]);
    expect(await isolated.mountsAt(join(dir, 'pod-stacked'))).toEqual([]);
    expect(readFileSync(join(dir, 'pod-text'), 'utf8')).toBe('precious');
  });

  it('keeps a namespace that a process lives in, and names the process', async () => {
    const dir = join(folder, 'inhabited');
    const netns = await createNetns({ dir, name: 'pod-a', helper });
    const { pid, stop } = await background((ready) => `echo $$ > ${ready}; exec sleep 60`, netns.path);
    const [kept] = await reapNetns({ dir, prefix: 'pod-', helper });
    expect(kept).toMatchObject({ outcome: 'kept', reason: 'processes', processes: [pid] });
    expect(await isNetns(netns.path, { helper })).toBe(true);
    await stop();
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper }))).toEqual(['pod-a removed']);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps a namespace that a process holds open', async () => {
    const dir = join(folder, 'held');
    const netns = await createNetns({ dir, name: 'pod-a', helper });
    const script = (ready: string) => `exec 7< ${netns.path}; echo $$ > ${ready}; exec sleep 60`;
    const { pid, stop } = await background(script);
    const [kept] = await reapNetns({ dir, prefix: 'pod-', helper });
    expect(kept).toMatchObject({ outcome: 'kept', reason: 'processes', processes: [pid] });
    await stop();
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper }))).toEqual(['pod-a removed']);
  });

  it('keeps one under which an inhabited one is stacked', async () => {
    const dir = join(folder, 'covered');
    const netns = await createNetns({ dir, name: 'pod-a', helper });
    const { stop } = await background((ready) => `echo $$ > ${ready}; exec sleep 60`, netns.path);
    await isolated.run(`unshare -n mount --bind /proc/self/ns/net ${netns.path}`);
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper }))).toEqual(['pod-a kept: processes']);
    await stop();
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper }))).toEqual(['pod-a removed']);
  });

  it('keeps what the caller says is in use', async () => {
    const dir = join(folder, 'wanted');
    for (const name of ['pod-a', 'pod-b']) await createNetns({ dir, name, helper });
    const inUse = async ({ name }: { name: string }) => name === 'pod-b';
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper, inUse }))).toEqual([
      'pod-a removed',
      'pod-b kept: in use',
    ]);
  });

  it('keeps a file that is a namespace in another mount namespace', async () => {
    const dir = join(folder, 'elsewhere');
    const netns = await createNetns({ path: join(dir, 'pod-a'), helper });
    const here = new HelperClient();
    expect((await listNetns(dir, { helper: here })).map(({ kind }) => kind)).toEqual(['empty']);
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper: here }))).toEqual([
      'pod-a kept: mounted elsewhere',
    ]);
    expect(await isNetns(netns.path, { helper })).toBe(true);
    await here[Symbol.asyncDispose]();
  });

  it('takes links of ours away that lead to nothing, and no others', async () => {
    const [dir, links] = [join(folder, 'targets'), join(folder, 'links')];
    const alive = await createNetns({ dir, helper, link: { dir: links, pod: 'pod-alive' } });
    const gone = await createNetns({ dir, helper, link: { dir: links, pod: 'pod-gone' } });
    await isolated.run(`umount ${gone.path}; rm ${gone.path}`);
    symlinkSync('/nowhere', join(links, 'pod-theirs'));
    const report = outcomes(await reapNetns({ dir: links, prefix: 'pod-', helper }));
    expect(report).toEqual([
      expect.stringMatching(/^pod-alive-\w{8} kept: leads somewhere$/),
      expect.stringMatching(/^pod-gone-\w{8} removed$/),
      'pod-theirs kept: foreign',
    ]);
    expect(await isNetns(alive.link ?? '', { helper })).toBe(true);
  });

  it('refuses to reap everything, and one that was aborted does nothing', async () => {
    const dir = join(folder, 'aborted');
    await createNetns({ dir, name: 'pod-a', helper });
    await expect(reapNetns({ dir, prefix: '', helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    const failure = reapNetns({ dir, prefix: 'pod-', helper, signal: AbortSignal.abort('no') });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'no' });
    expect((await listNetns(dir, { helper })).length).toBe(1);
  });

  it('of a folder that does not exist finds nothing', async () => {
    expect(await reapNetns({ dir: join(folder, 'nowhere'), prefix: 'pod-', helper })).toEqual([]);
  });

  it('leaves a file alone on which somebody is making a namespace, and goes on', async () => {
    const dir = join(folder, 'locked');
    mkdirSync(dir);
    for (const name of ['pod-a', 'pod-b']) writeFileSync(join(dir, name), '', { mode: 0o444 });
    const { stop } = await background(
      (ready) => `exec 9< ${dir}/pod-a; flock 9; echo $$ > ${ready}; exec sleep 60`,
    );
    const report = await reapNetns({ dir, prefix: 'pod-', helper });
    expect(outcomes(report)).toEqual(['pod-a kept: being made', 'pod-b removed']);
    await stop();
  });

  it('while namespaces are created takes none of them for an empty file', async () => {
    const dir = join(folder, 'beside');
    let isMaking = true;
    const reaping = (async () => {
      const seen = new Set<string>();
      while (isMaking)
        for (const { entry, outcome } of await reapNetns({ dir, prefix: 'pod-', helper, inUse: isNotEmpty }))
          seen.add(`${entry.kind} ${outcome}`);
      return seen;
    })();
    for (let round = 0; round < 20; round++) {
      const names = Array.from({ length: 20 }, (_, index) => `pod-${round}-${index}`);
      await Promise.all(names.map((name) => createNetns({ dir, name, helper })));
    }
    isMaking = false;
    expect(await reaping).not.toContain('empty removed');
    expect((await listNetns(dir, { helper })).filter(({ kind }) => kind === 'mounted').length).toBe(400);
  });

  it('of a file at the very moment when a namespace is made on it does no harm', {
    timeout: 60_000,
  }, async () => {
    const path = join(folder, 'contended');
    const isMaking = new AbortController();
    const remove = async () => {
      while (!isMaking.signal.aborted)
        await helper.removeNetns(path, { onlyEmpty: true }).catch(() => undefined);
    };
    const removing = Promise.all([remove(), remove(), remove()]);
    for (let round = 0; round < 150; round++) {
      const netns = await createNetns({ path, helper });
      expect(await isNetns(path, { helper })).toBe(true);
      await netns.remove();
    }
    isMaking.abort();
    await removing;
  });

  it('goes on over an entry that cannot be removed', async () => {
    const dir = join(folder, 'stubborn');
    for (const name of ['pod-a', 'pod-b']) await createNetns({ dir, name, helper });
    await isolated.run(`for n in $(seq 70); do unshare -n mount --bind /proc/self/ns/net ${dir}/pod-a; done`);
    const report = await reapNetns({ dir, prefix: 'pod-', helper });
    expect(outcomes(report)).toEqual(['pod-a failed', 'pod-b removed']);
    expect(report[0]?.error).toMatchObject({
      code: 'ERR_NETNS',
      cause: { syscall: 'umount', code: 'EBUSY' },
    });
    expect(outcomes(await reapNetns({ dir, prefix: 'pod-', helper }))).toEqual(['pod-a removed']);
  });
});

const isNotEmpty = ({ kind }: { kind: string }) => kind !== 'empty';
