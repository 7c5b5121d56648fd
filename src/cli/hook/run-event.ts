import { addAbortSignal } from 'node:stream';
import { LibcniError } from '../../errors/index.js';
import { runHook } from '../../hook/index.js';
import { CNIOperator } from '../../operator/index.js';
import { endSignal } from '../options/limits.js';
import { operatorOptions, stateDir } from '../options/places.js';
import type { HookCommandOptions } from './options.js';
import { requestEnvironment } from './request-texts.js';

const MAX_STATE_BYTES = 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Runs the hook of an event. Prints nothing on success: runtimes show the output of a hook only if it fails. */
export async function runEvent(
  event: 'createRuntime' | 'poststop',
  options: HookCommandOptions,
): Promise<void> {
  // Node timers take whole milliseconds.
  const timeout = Math.ceil(options.timeout ?? TIMEOUT_MS);
  const start = performance.now();
  const state = await readState(timeout);
  await using operator = await CNIOperator.create(operatorOptions(options));
  await runHook(event, state, {
    operator,
    stateDir: stateDir(options),
    pinDir: options.pinDir,
    env: { ...process.env, ...requestEnvironment(options) },
    timeoutMs: Math.max(0, timeout - (performance.now() - start)),
    signal: endSignal(),
  });
}

async function readState(timeoutMs: number): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await readInput(addAbortSignal(AbortSignal.any([endSignal(), limit]), process.stdin));
  } catch (cause) {
    if (!limit.aborted) throw cause;
    const summary = `the state on standard input did not end within ${timeoutMs} ms`;
    throw new LibcniError('ERR_TIMEOUT', summary, { cause });
  }
}

async function readInput(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_STATE_BYTES)
      throw new LibcniError('ERR_CONF_INVALID', `standard input is larger than ${MAX_STATE_BYTES} bytes`);
  }
  if (size > 0) return Buffer.concat(chunks).toString('utf8');
  throw new LibcniError('ERR_CONF_INVALID', 'standard input is empty; a runtime writes the OCI state to it');
}
