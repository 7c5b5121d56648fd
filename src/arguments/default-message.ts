import * as z from 'zod';
import { nearestName } from './nearest-name.js';

const KINDS: Readonly<Record<string, string>> = {
  string: 'must be a string',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be an array',
  tuple: 'must be an array',
  object: 'must be an object',
  record: 'must be an object',
  function: 'must be a function',
};

/** How a value is parsed so that every message says in plain words what would be right. */
export const plainly = { reportInput: true, error: defaultMessage };

/** The message for a value whose schema has no message of its own. */
function defaultMessage(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? `must be a ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `must ${ofSize(issue.origin)} at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must ${ofSize(issue.origin)} at most ${issue.maximum}`;
  if (issue.code === 'unrecognized_keys') return suggestion(issue.keys, keysOf(issue.inst));
  return 'is not allowed';
}

function suggestion(unknown: readonly string[], known: readonly string[]): string {
  const meant = nearestName(unknown[0] ?? '', known);
  return meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
}

function keysOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function ofSize(origin: string): string {
  if (origin === 'string') return 'have a length of';
  return origin === 'array' ? 'have a number of elements of' : 'be';
}
