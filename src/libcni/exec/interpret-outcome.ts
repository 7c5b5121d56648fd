// Port of pluginErr in Go's pkg/invoke/raw_exec.go.
import { abortedError } from '../../errors/aborted-error.js';
import { describeLimit } from '../../errors/describe-limit.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { PluginError, type PluginFailure } from '../../errors/plugin-error.js';
import type { SpawnOutcome } from '../../platform/helper/types.js';
import { parseReportedError, type ReportedError } from './reported-error.js';
import type { ExecOptions } from './types.js';

/**
 * Returns the output of a plugin, or throws the error that its end means.
 *
 * @throws PluginError if it failed, LibcniError `ERR_TIMEOUT` or `ERR_ABORTED` if it was ended.
 */
export function interpretOutcome(path: string, outcome: SpawnOutcome, options: ExecOptions): string {
  if (outcome.ended === 'deadline') throw timedOut(path, outcome, options);
  if (outcome.ended === 'cancelled') {
    const summary = `ended by the caller${describeLeft(outcome) ?? ''}`;
    throw abortedError(options.signal, summary, { pluginPath: path });
  }
  if (outcome.ended === 'output-limit') throw failure(path, outcome, 'output-too-large');
  if (outcome.exitCode === 0) return outcome.stdout;
  const reported = parseReportedError(outcome.stdout);
  if (reported === undefined || isEmpty(reported))
    throw failure(path, outcome, outcome.signal ? 'killed' : 'exit');
  throw new PluginError({ ...outcome, ...reported, reason: 'reported', pluginPath: path });
}

/** An object without code and message, such as a result, does not explain the failure. */
function isEmpty({ code, msg, details }: ReportedError): boolean {
  return code === 0 && msg === '' && details === undefined;
}

function timedOut(
  path: string,
  outcome: SpawnOutcome,
  { timeoutMs, limitMs = timeoutMs }: ExecOptions,
): LibcniError {
  const left = describeLeft(outcome) ?? ' and was stopped';
  const summary = `plugin did not end within ${describeLimit(limitMs)}${left}${describeStderr(outcome)}`;
  return new LibcniError('ERR_TIMEOUT', summary, { pluginPath: path });
}

/** `undefined` if the plugin is gone. */
function describeLeft({ unreapedPid }: SpawnOutcome): string | undefined {
  if (unreapedPid === undefined) return undefined;
  return `, and could not be killed (process ${unreapedPid} still exists)`;
}

const IO_FAILURE = 5;

function failure(path: string, outcome: SpawnOutcome, reason: PluginFailure): PluginError {
  const code = reason === 'output-too-large' ? IO_FAILURE : 0;
  return new PluginError({
    ...outcome,
    reason,
    code,
    msg: describeFailure(outcome, reason),
    pluginPath: path,
  });
}

function describeFailure(outcome: SpawnOutcome, reason: PluginFailure): string {
  if (reason === 'output-too-large')
    return `plugin wrote more than 16 MiB to stdout${describeLeft(outcome) ?? ' and was stopped'}`;
  const end = outcome.signal ? `killed by ${outcome.signal}` : `exit code ${outcome.exitCode}`;
  if (outcome.stdout.trim() !== '') {
    const found = isJson(outcome.stdout) ? 'printed no error' : 'its error is not valid JSON';
    const printed = JSON.stringify(excerpt(outcome.stdout));
    return `plugin failed (${end}) and ${found}: ${printed}${describeStderr(outcome)}`;
  }
  if (outcome.stderr.trim() === '') return `plugin failed with no error message (${end})`;
  return `plugin failed (${end}): ${JSON.stringify(excerpt(outcome.stderr))}`;
}

/** Some plugins write to both. */
function describeStderr({ stderr, stdout }: SpawnOutcome): string {
  return stderr.trim() === '' || stderr.trim() === stdout.trim()
    ? ''
    : `; it wrote to stderr: ${JSON.stringify(excerpt(stderr))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The reason is at the end of the string. */
function excerpt(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > 1000 ? `…${trimmed.slice(-1000)}` : trimmed;
}
