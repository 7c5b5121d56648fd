import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';

const execute = promisify(execFile);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const env = { ...process.env, PATH: `${dist}:${process.env.PATH}` };

async function libcni(...args: string[]): Promise<string> {
  return (await execute(process.execPath, [`${dist}/libcni.cjs`, ...args])).stdout;
}

async function failing(...args: string[]): Promise<{ code: number; stderr: string }> {
  return await execute(process.execPath, [`${dist}/libcni.cjs`, ...args]).then(
    () => Promise.reject(new Error('it succeeds')),
    (error: { code: number; stderr: string }) => error,
  );
}

type Program = ReturnType<typeof createProgram>;

function leaves(command: Program): Program[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap((one) => leaves(one));
}

it('every command says what it does, shows examples, and takes --json and --debug', () => {
  const commands = leaves(createProgram([])).filter((command) => command.name() !== 'complete');
  expect(commands.length).toBeGreaterThan(35);
  for (const command of commands) {
    let said = '';
    command.configureOutput({ writeOut: (text) => (said += text) }).outputHelp();
    expect(said, command.name()).toContain('\nExamples:\n  libcni ');
    expect(said, command.name()).toContain('--json');
    expect(said, command.name()).toContain('--debug');
    expect(command.description(), command.name()).not.toBe('');
  }
});

it('suggests the word that was meant, in one line', async () => {
  expect(await failing('atach')).toMatchObject({
    code: 64,
    stderr: "libcni: unknown command 'atach' (Did you mean attach?) (see libcni --help)\n",
  });
  expect(await failing('network', 'create', '--subnt', '10.1.0.0/24')).toMatchObject({
    code: 64,
    stderr: "libcni: unknown option '--subnt' (Did you mean --subnet?) (see libcni network create --help)\n",
  });
});

it('completes commands, options and choices', async () => {
  expect(await libcni('complete', '--', 'net')).toMatch(/^network\t.*\nnetns\t.*\n$/);
  expect(await libcni('complete', '--', 'add', 'front', 'web', '--cap')).toMatch(/^--cap-args\t/);
  expect(await libcni('complete', '--', 'doctor', '--only', 'le')).toBe('leftovers\t\n');
  expect(await libcni('complete', '--', 'completion', '')).toBe('bash\t\nzsh\t\nfish\t\n');
});

it('prints completion scripts that work in shells', async () => {
  const script = `libcni() { "${process.execPath}" "${dist}/libcni.cjs" "$@"; }
    eval "$(libcni completion bash)"
    COMP_WORDS=(libcni netns cr) COMP_CWORD=2; _libcni; echo "$COMPREPLY"`;
  const { stdout } = await execute('bash', ['-c', script], { env });
  expect(stdout).toBe('create\n');
});

it('has every command in its manual page, which is part of the package', async () => {
  const page = (await libcni('manual')).replaceAll('\\-', '-');
  for (const command of leaves(createProgram([])).filter((one) => one.name() !== 'complete'))
    expect(page).toContain(`.SS "${pathOf(command)}`);
  for (const section of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'EXIT STATUS', 'EXAMPLES'])
    expect(page).toContain(`\n.SH ${section}\n`);
  expect(await readdir(dist)).toContain('libcni.1');
});

it('has every command in the documentation', async () => {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(fileURLToPath(new URL('../../docs/command.md', import.meta.url)), 'utf8');
  for (const command of leaves(createProgram([])).filter((one) => one.name() !== 'complete'))
    expect(text).toContain(pathOf(command));
});

it('has the JSON of every command that prints a value in the documentation', async () => {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(fileURLToPath(new URL('../../docs/command.md', import.meta.url)), 'utf8');
  const rows = text.slice(text.indexOf('With `--json`'), text.indexOf('## Exit codes'));
  for (const command of leaves(createProgram([])).filter((one) => one.name() !== 'complete'))
    expect(rows).toContain(`\`${pathOf(command).replace('libcni ', '')}\``);
});

function pathOf(command: Program): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
