import { z } from 'zod';
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
  const parsed = errorSchema.safeParse(parseOrNothing(stdout));
  if (!parsed.success) return undefined;
  const { code, msg, details } = parsed.data;
  return { code: code ?? 0, msg: msg ?? '', details: details || undefined };
}

/**
 * An error object among the output of a plugin that claims success: it has a code and a message, which no
 * result has.
 */
export function findReportedError(stdout: string): ReportedError | undefined {
  if (!stdout.trimStart().startsWith('{')) return undefined;
  const reported = parseReportedError(stdout);
  return reported && reported.code > 0 && reported.msg !== '' ? reported : undefined;
}

function parseOrNothing(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
