import { isKeyed } from '../errors/check-value.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { checkedOptions, checkOptionalPath, checkWithoutNul } from './checked-arguments.js';
import type { NetnsExecOptions } from './exec-in-netns.js';

/** What is run, and how. */
export interface CheckedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: NetnsExecOptions;
}

/**
 * A command as it was given, without what is `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedCommand({ file, args, options }: CheckedCommand): CheckedCommand {
  checkWithoutNul('file', file);
  const list = checkedArgs(args ?? []);
  const given = checkedOptions(options ?? {});
  const { env, stdin, cwd, graceMs } = given;
  checkOptionalPath('cwd', cwd);
  if (stdin !== undefined && typeof stdin !== 'string' && !(stdin instanceof Uint8Array))
    throw invalidArgument('stdin', 'a text or a Uint8Array', stdin);
  if (graceMs !== undefined && !(typeof graceMs === 'number' && graceMs >= 0))
    throw invalidArgument('graceMs', 'a number of milliseconds', graceMs);
  return { file, args: list, options: env === undefined ? given : { ...given, env: checkedEnv(env) } };
}

function checkedArgs(args: readonly string[]): readonly string[] {
  if (!Array.isArray(args)) throw invalidArgument('args', 'an array of texts', args);
  for (const [index, argument] of args.entries()) checkWithoutNul(`args[${index}]`, argument);
  return args;
}

/** Only what has a value. */
function checkedEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if (!isKeyed(env)) throw invalidArgument('env', 'an object with the variables', env);
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === null) continue;
    checkWithoutNul('the name of a variable in env', name);
    checkWithoutNul(`env.${name}`, value);
    defined[name] = value;
  }
  return defined;
}
