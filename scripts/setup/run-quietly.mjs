import { spawnSync } from 'node:child_process';
import { SetupFailure } from './setup-failure.mjs';

/**
 * Runs a tool to its end and returns what it printed on stdout. Its output is shown only if it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string | URL, env?: Record<string, string>, hint?: string }} [options]
 */
export function runQuietly(file, args, { cwd, env, hint } = {}) {
  const result = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status === 0) return result.stdout;
  throw new SetupFailure(`${[file, ...args].join(' ')} ${ending(result)}`, {
    output: `${result.stdout ?? ''}${result.stderr ?? ''}`,
    hint,
  });
}

/** @param {import('node:child_process').SpawnSyncReturns<string>} result */
function ending({ error, signal, status }) {
  if (error) return `could not run: ${error.message}`;
  return signal ? `was ended by ${signal}` : `failed with exit code ${status}`;
}
