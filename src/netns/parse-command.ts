import * as z from 'zod';
import {
  absentOr,
  instance,
  keys,
  limitFields,
  optional,
  textField,
  textWithoutNulField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { netnsPathField } from './call-fields.js';
import type { NetnsExecOptions } from './exec-in-netns.js';

/** What to run, and how. */
export interface ParsedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: NetnsExecOptions;
}

const argsSchema = lazy(() =>
  absentOr(z.array(textWithoutNulField(), { error: 'must be an array of strings' })),
);

const WITHOUT_NUL = { error: 'must be a name without NUL' };

const envField = lazy(() =>
  z.record(textField().regex(/^[^\0]*$/, WITHOUT_NUL), absentOr(textWithoutNulField()), {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? 'must not have a variable in env with NUL in its name'
        : 'must be an object with the variables',
  }),
);

const optionsSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      graceMs: limitFields().timeoutMs,
      env: optional(envField()),
      stdin: optional(
        instance<string | Uint8Array>(
          'a string or a Uint8Array',
          (value) => typeof value === 'string' || value instanceof Uint8Array,
        ).transform(ownBytes),
      ),
      cwd: optional(netnsPathField()),
    }) satisfies z.ZodType<NetnsExecOptions>,
);

/** The command starts after the call, when the caller may have filled its buffer with something else. */
function ownBytes(stdin: string | Uint8Array): string | Uint8Array {
  return typeof stdin === 'string' ? stdin : Uint8Array.from(stdin);
}

/**
 * Parses a command and drops `null` values.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseCommand({ file, args, options }: ParsedCommand): ParsedCommand {
  return {
    file: parseArgument(textWithoutNulField(), file, 'file'),
    args: parseArgument(argsSchema(), args, 'args') ?? [],
    options: parseOptions(optionsSchema(), options),
  };
}
