import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { PluginError } from '../../errors/plugin-error.js';
import { keyFolder } from '../json/fold-keys.js';
import { isJsonObject, type JsonObject } from '../json/parse-json.js';
import { foldTo } from '../result/fields.js';

const fields = lazy(() =>
  z.looseObject({
    code: z.int().nonnegative().nullish(),
    msg: z.string().nullish(),
    details: z.string().nullish(),
  }),
);

const errorSchema = lazy(() => z.preprocess(foldTo(fields().shape), fields()));

/** The error object of a plugin (CNI specification, section 5 "Error"). */
export interface ReportedError {
  readonly code: number;
  readonly msg: string;
  readonly details: string | undefined;
}

/** The error object that a failed plugin printed; `undefined` if it printed none. */
export function parseReportedError(stdout: string): ReportedError | undefined {
  return asReportedError(parseOrNothing(stdout));
}

/**
 * Throws if a plugin printed an error object but exited with 0: an object with a code, and without anything that makes
 * it an answer.
 *
 * @param parsed - the parsed output. @default that of `stdout`
 * @throws PluginError
 */
export function refuseReportedError(stdout: string, parsed: unknown = parseOrNothing(stdout)): void {
  const reported = isJsonObject(parsed) ? errorWithin(parsed) : undefined;
  if (reported !== undefined) throw new PluginError({ reason: 'reported', ...reported, exitCode: 0, stdout });
}

const foldFields = keyFolder(['code', 'msg', 'details']);

/** A key that makes an object an answer to ADD or VERSION, whatever else it has. */
const foldAnswer = keyFolder(['interfaces', 'ips', 'ip4', 'ip6', 'routes', 'dns', 'supportedVersions']);

function isAnswer(parsed: JsonObject): boolean {
  const { interfaces, ips, ip4, ip6, routes, dns, supportedVersions } = foldAnswer(parsed);
  return [interfaces, ips, ip4, ip6, routes, dns, supportedVersions].some(
    (value) => typeof value === 'object' && value !== null,
  );
}

/** A plugin that says it failed is believed, even if parts of the error object are missing or have a wrong type. */
function errorWithin(parsed: JsonObject): ReportedError | undefined {
  const { code, msg, details } = foldFields(parsed);
  if (!code || (typeof code !== 'number' && !msg) || isAnswer(parsed)) return undefined;
  return {
    code: typeof code === 'number' ? code : 0,
    msg: typeof msg === 'string' ? msg : '',
    details: typeof details === 'string' && details !== '' ? details : undefined,
  };
}

function asReportedError(output: unknown): ReportedError | undefined {
  const parsed = errorSchema().safeParse(output);
  if (!parsed.success) return undefined;
  const { code, msg, details } = parsed.data;
  return { code: code ?? 0, msg: msg ?? '', details: details || undefined };
}

function parseOrNothing(stdout: string): unknown {
  // Most plugins print nothing if there is no result, and an exception costs more than this check.
  if (stdout === '') return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
