import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownNamespaces } from '../../netns/harness/own-namespaces.js';
import { ConfFolder, list } from './harness/conf-folder.js';
import { eventually } from './harness/eventually.js';

const program = fixture('watching.ts');

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/conf-store/${name}`, import.meta.url));
}

let folder: ConfFolder;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await ConfFolder.create();
});

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  child = undefined;
  await folder[Symbol.asyncDispose]();
});

/** Starts a process and collects the lines that it prints. */
function start(command: string, args: readonly string[]): { child: ChildProcess; lines: string[] } {
  const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child = started;
  return { child: started, lines };
}

describe('a process that watches', () => {
  it('ends when it has nothing else to do', async () => {
    await folder.write('a.conflist', list('a'));
    const { child, lines } = start(process.execPath, ['--import', 'tsx', program, folder.confDir]);
    const [code] = await once(child, 'exit');
    expect([code, lines.length]).toEqual([0, 1]);
  });

  it('goes on with the option for it', async () => {
    const args = ['--import', 'tsx', program, folder.confDir, 'persistent'];
    const { child, lines } = start(process.execPath, args);
    await eventually('it has started', () => lines.length === 1);
    await folder.write('a.conflist', list('a'));
    await eventually('it tells of the change', () => lines.at(-1)?.includes('"a"') === true);
    expect(child.exitCode).toBeNull();
  });

  it.each([
    ['watches', 'max_inotify_watches', 'ENOSPC'],
    ['instances', 'max_inotify_instances', 'EMFILE'],
  ])('polls where the kernel has no %s left, and says so', async (_, limit, errno) => {
    await folder.write('a.conflist', list('a'));
    // The limits of a new user namespace are its own.
    const limited = `cd "$0" && echo 0 > /proc/sys/user/${limit} && exec "$@"`;
    // A chroot, which allows no user namespace, is left on the way.
    const script = `exec ${ownNamespaces} unshare --user --map-root-user sh -c '${limited}' "$@"`;
    const command = [process.execPath, '--import', 'tsx', program, folder.confDir, 'persistent'];
    const { lines } = start('sh', ['-c', script, 'sh', process.cwd(), ...command]);
    await eventually('it has started', () => lines.length === 1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      networks: ['a'],
      problems: expect.arrayContaining([
        {
          file: folder.confDir,
          code: 'ERR_PERMISSION',
          reason: expect.stringContaining(errno),
          hint: expect.stringContaining('fs.inotify.max_user_'),
        },
      ]),
    });
    await folder.write('b.conflist', list('b'));
    await eventually('it tells of the change', () => lines.at(-1)?.includes('"a","b"') === true);
  });
});

describe('a process without open files left', () => {
  it('keeps its networks', async () => {
    for (const name of 'abcdefgh') await folder.write(`${name}.conflist`, list(name));
    const command = [process.execPath, '--import', 'tsx', fixture('starving.ts'), folder.confDir];
    const { child, lines } = start('sh', ['-c', 'ulimit -n 200 && exec "$@"', 'sh', ...command]);
    await once(child, 'close');
    const [before, during, after] = lines.map((line): unknown => JSON.parse(line));
    expect([before, after]).toEqual([
      { networks: 8, reasons: [] },
      { networks: 8, reasons: [] },
    ]);
    expect(during).toEqual({
      networks: 8,
      reasons: expect.arrayContaining([expect.stringContaining('EMFILE')]),
    });
  });
});
