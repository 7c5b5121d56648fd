// Port of GetVersionInfo in Go's pkg/invoke/exec.go and PluginDecoder in pkg/version/plugin.go.

import * as z from 'zod';
import { plainly } from '../arguments/default-message.js';
import { lazy } from '../arguments/lazy.js';
import type { Circumstances } from '../errors/circumstances.js';
import { PluginError } from '../errors/plugin-error.js';
import { asError } from '../errors/system-error.js';
import type { CniContext } from './context.js';
import { describePrinted } from './exec/describe-printed.js';
import { versionEnvironment } from './exec/plugin-environment.js';
import { refuseReportedError } from './exec/reported-error.js';
import { tracePluginRun } from './exec/trace-plugin-run.js';
import { parseJson } from './json/parse-json.js';
import { Operation, type VerbOptions } from './operation.js';
import { foldTo } from './result/fields.js';
import { CURRENT_VERSION } from './version.js';
import { withCircumstances } from './with-circumstances.js';

/** A plugin's answer about the versions that it supports. */
export interface PluginInfo {
  readonly cniVersion: string;
  /** At least one. */
  readonly supportedVersions: readonly string[];
}

const fields = lazy(() =>
  z.looseObject({
    cniVersion: z.string({ error: 'is missing' }).min(1, { error: 'is missing' }),
    supportedVersions: z.array(z.string()).nullish(),
  }),
);

const pluginInfoSchema = lazy(() => z.preprocess(foldTo(fields().shape), fields()));

/** The standard input of VERSION. */
export const VERSION_STDIN = JSON.stringify({ cniVersion: CURRENT_VERSION });

const DECODING_FAILURE = 6;

/** Asks a plugin for its versions. A plugin that does not know VERSION supports 0.1.0. */
export async function getVersionInfo(
  context: CniContext,
  pluginType: string,
  options: VerbOptions = {},
): Promise<PluginInfo> {
  const operation = new Operation(options);
  let circumstances: Circumstances = { verb: 'VERSION', plugin: pluginType };
  try {
    operation.next();
    const pluginPath = await context.exec.findInPath(pluginType, context.path);
    circumstances = { ...circumstances, pluginPath };
    const env = versionEnvironment(operation.trace);
    return await tracePluginRun(circumstances, async () =>
      decode(await context.exec.execPlugin(pluginPath, VERSION_STDIN, env, operation.next())),
    );
  } catch (error) {
    if (isFromBeforeVersion(error)) return { cniVersion: CURRENT_VERSION, supportedVersions: ['0.1.0'] };
    throw withCircumstances(error, circumstances);
  }
}

function decode(stdout: string): PluginInfo {
  refuseReportedError(stdout);
  const { cniVersion, supportedVersions } = parseInfo(stdout);
  if (supportedVersions && supportedVersions.length > 0) return { cniVersion, supportedVersions };
  if (cniVersion === '0.2.0') return { cniVersion: CURRENT_VERSION, supportedVersions: ['0.1.0', '0.2.0'] };
  throw invalid(stdout, 'supportedVersions is missing');
}

function parseInfo(stdout: string): z.infer<ReturnType<typeof fields>> {
  let parsed: unknown;
  try {
    parsed = parseJson(stdout, { what: 'version information' }) ?? {};
  } catch (cause) {
    throw invalid(stdout, asError(cause).message);
  }
  const checked = pluginInfoSchema().safeParse(parsed, plainly);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalid(stdout, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is invalid'}`);
}

function invalid(stdout: string, problem: string): PluginError {
  const reason = stdout.trim() === '' ? 'no-output' : 'bad-output';
  const msg = `plugin printed invalid version information: ${problem}${describePrinted(stdout)}`;
  return new PluginError({ reason, code: DECODING_FAILURE, msg, stdout });
}

function isFromBeforeVersion(error: unknown): boolean {
  return error instanceof PluginError && error.msg === 'unknown CNI_COMMAND: VERSION' && !error.details;
}
