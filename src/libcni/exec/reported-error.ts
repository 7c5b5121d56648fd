import { z } from 'zod';
import { PluginError } from '../../errors/plugin-error.js';
import { isJsonObject } from '../json/parse-json.js';
import { foldTo } from '../result/fields.js';

const fields = z.looseObject({
  code: z.int().nonnegative().nullish(),
  msg: z.string().nullish(),
  details: z.string().nullish(),
});

const errorSchema = z.preprocess(foldTo(fields.shape), fields);

/** The error object of a plugin (CNI specification, section 5 "Error"). */
export interface ReportedError {
  readonly code: number;
  readonly msg: string;
  readonly details: string | undefined;
}

/** What a failed plugin printed, as an error object; `undefined` where it is none. */
export function parseReportedError(stdout: string): ReportedError | undefined {
  return asReportedError(parseOrNothing(stdout));
}

/**
 * Some plugins print an error object and exit with 0: it has a code and a message, which no result has.
 *
 * @param parsed - the parsed output. @default that of `stdout`
 * @throws PluginError
 */
export function refuseReportedError(stdout: string, parsed: unknown = parseOrNothing(stdout)): void {
  if (!isJsonObject(parsed)) return;
  const reported = asReportedError(parsed);
  if (reported === undefined || reported.code === 0 || reported.msg === '') return;
  throw new PluginError({ reason: 'reported', ...reported, exitCode: 0, stdout });
}

function asReportedError(output: unknown): ReportedError | undefined {
  const parsed = errorSchema.safeParse(output);
  if (!parsed.success) return undefined;
  const { code, msg, details } = parsed.data;
  return { code: code ?? 0, msg: msg ?? '', details: details || undefined };
}

function parseOrNothing(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
