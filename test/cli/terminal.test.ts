import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const command = fileURLToPath(new URL('../../dist/libcni.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'libcni-terminal-'));
const conf = { cniVersion: '1.0.0', name: 'front', plugins: [{ type: 'bridge' }] };
writeFileSync(join(folder, 'front.conflist'), JSON.stringify(conf));
afterAll(() => rmSync(folder, { recursive: true }));

const words = `'${process.execPath}' '${command}' list --netconfpath '${folder}'`;

/** What the command prints on a terminal, which `script` makes. */
async function onTerminal(env: NodeJS.ProcessEnv): Promise<string> {
  const { PATH } = process.env;
  return (await execute('script', ['-qec', words, '/dev/null'], { env: { PATH, TERM: 'xterm', ...env } }))
    .stdout;
}

describe('a list', () => {
  it('is a table with a bold head on a terminal', async () => {
    const printed = await onTerminal({});
    expect(printed).toContain('\x1b[1mNETWORK');
    expect(printed).toMatch(/front {4}1\.0\.0 {4}bridge {3}yes/);
  });

  it.each([
    ['NO_COLOR is set', { NO_COLOR: '1' }],
    ['the terminal knows none', { TERM: 'dumb' }],
  ])('has no colours where %s', async (_, env) => {
    const printed = await onTerminal(env);
    expect(printed).not.toContain('\x1b');
    expect(printed).toMatch(/^NETWORK +VERSION/);
  });

  it('has its colours if NO_COLOR is empty', async () => {
    expect(await onTerminal({ NO_COLOR: '' })).toContain('\x1b[1m');
  });

  it('is plain text in a pipe, a line for each row and tabs between values', async () => {
    const { stdout } = await execute('sh', ['-c', words], { env: { PATH: process.env.PATH, TERM: 'xterm' } });
    expect(stdout).toBe(`front\t1.0.0\tbridge\tyes\t${folder}/front.conflist\n`);
  });
});
