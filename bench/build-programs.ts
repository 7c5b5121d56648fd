import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const benchFolder = fileURLToPath(new URL('.', import.meta.url));
/** In the same order as for the build of the native helper. */
const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];

/** The programs that the bench runs. */
export interface Programs {
  /** The folder with the plugin `noop`. */
  readonly pluginDir: string;
  readonly spawnLoop: string;
  /** Times other programs. */
  readonly timedRun: string;
  /** Absent if Go is not installed. */
  readonly goAnchor: string | undefined;
}

/** Compiles everything into a folder. */
export function buildPrograms(folder: string): Programs {
  const compiler = findCompiler();
  const pluginDir = join(folder, 'plugins');
  mkdirSync(pluginDir);
  const spawnLoop = join(folder, 'spawn-loop');
  compile(compiler, 'noop-plugin.c', join(pluginDir, 'noop'));
  compile(compiler, 'spawn-loop.c', spawnLoop);
  return { pluginDir, spawnLoop, timedRun: buildTimedRun(folder), goAnchor: buildGoAnchor(folder) };
}

/** The program that times other programs. */
export function buildTimedRun(folder: string): string {
  const output = join(folder, 'timed-run');
  compile(findCompiler(), 'timed-run.c', output);
  return output;
}

function findCompiler(): string {
  const compiler = compilers.find((name) => isThere(name, ['--version']));
  if (compiler === undefined) throw new Error('no C compiler found: npm run setup -- helper installs one');
  return compiler;
}

function compile(compiler: string, source: string, output: string): void {
  const args = ['-std=c11', '-O2', '-static', '-s', '-Wall', '-Wextra', '-Werror', '-o', output, source];
  execFileSync(compiler, args, { cwd: join(benchFolder, 'native'), stdio: 'inherit' });
}

function buildGoAnchor(folder: string): string | undefined {
  const go = isThere('go', ['version']) ? 'go' : undefined;
  if (go === undefined) return undefined;
  const output = join(folder, 'anchor');
  execFileSync(go, ['build', '-o', output, '.'], { cwd: join(benchFolder, 'go'), stdio: 'inherit' });
  return output;
}

function isThere(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
