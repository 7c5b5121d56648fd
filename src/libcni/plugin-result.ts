// Port of fixupResultVersion in Go's pkg/invoke/exec.go.
import type { Circumstances } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { giveWay } from '../files/give-way.js';
import { describePrinted } from './exec/describe-printed.js';
import { refuseReportedError } from './exec/reported-error.js';
import { isJsonObject, jsonType, parseSyntax } from './json/parse-json.js';
import { checkNumbers } from './json/write-json.js';
import { resultOfVersionInTurns } from './result/result-in-turns.js';
import type { Result } from './result/types.js';

const DECODING_FAILURE = 6;

/**
 * Parses the result that a plugin printed. A result without a version is taken to have the version of the
 * configuration, since that is what the plugin was asked for.
 *
 * @throws PluginError if the output is not a result, or an error object; LibcniError `ERR_VERSION` if its version is unknown.
 */
export async function parsePluginResult(
  stdout: string,
  confVersion: string,
  circumstances: Circumstances,
): Promise<Result> {
  if (stdout.trim() === '') {
    const msg = 'plugin succeeded but printed no result';
    throw new PluginError({ reason: 'no-output', code: DECODING_FAILURE, msg, stdout, ...circumstances });
  }
  try {
    return await resultFromOutput(stdout, confVersion || '0.1.0');
  } catch (cause) {
    throw describe(cause, stdout, circumstances);
  }
}

/** A result may be large, so others have their turn between the steps. */
async function resultFromOutput(stdout: string, confVersion: string): Promise<Result> {
  await giveWay();
  const raw = parseSyntax(stdout, { what: 'output' }) ?? {};
  refuseReportedError(stdout, raw);
  await giveWay();
  checkNumbers(raw, 'output');
  await giveWay();
  if (!isJsonObject(raw)) {
    throw new LibcniError('ERR_CONF_INVALID', `output: must be an object, not ${jsonType(raw)}`);
  }
  const { cniVersion } = raw;
  if (typeof cniVersion === 'string' && cniVersion !== '')
    return await resultOfVersionInTurns(raw, cniVersion);
  const { cniVersion: _, ...rest } = raw;
  return await resultOfVersionInTurns({ ...rest, cniVersion: confVersion }, confVersion);
}

function describe(cause: unknown, stdout: string, circumstances: Circumstances): unknown {
  if (!isOwnError(cause)) return cause;
  if (cause.code === 'ERR_VERSION') return cause.with({ reason: 'unknown-result-version', ...circumstances });
  const msg = `plugin printed an invalid result: ${cause.message}${describePrinted(stdout)}`;
  return new PluginError({
    reason: 'bad-output',
    code: DECODING_FAILURE,
    msg,
    stdout,
    cause,
    ...circumstances,
  });
}
