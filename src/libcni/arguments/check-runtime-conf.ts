import { checkOptionalObject, checkOptionalPath, isAbsent, isKeyed } from '../../errors/check-value.js';
import { invalidArgument } from '../../errors/invalid-argument.js';

/**
 * Checks the kinds of what an attachment is made of; its names are checked where they are used.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkRuntimeConf(rt: unknown): void {
  if (!isKeyed(rt)) throw invalidArgument('rt', 'a runtime configuration (RuntimeConf)', rt);
  checkCniArgs('rt.args', Reflect.get(rt, 'args'));
  checkOptionalObject('rt.capabilityArgs', Reflect.get(rt, 'capabilityArgs'));
  checkOptionalPath('rt.cacheDir', Reflect.get(rt, 'cacheDir'));
}

/** @throws LibcniError `ERR_CONF_INVALID` for what is neither left out nor an array of pairs. */
function checkCniArgs(argument: string, args: unknown): void {
  if (isAbsent(args)) return;
  if (!Array.isArray(args)) throw invalidArgument(argument, 'an array of [key, value] pairs', args);
  for (const [index, pair] of args.entries()) {
    if (!isPair(pair)) throw invalidArgument(`${argument}[${index}]`, 'a [key, value] pair of texts', pair);
  }
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
}
