import { isKeyed } from '../../../errors/check-value.js';
import { invalidArgument } from '../../../errors/invalid-argument.js';
import { LibcniError } from '../../../errors/libcni-error.js';
import { withoutNull } from '../../../errors/without-null.js';

/** Which parts a builder takes, and what it calls them. */
export interface KnownParts {
  /** The argument that they are in, to begin the message with. */
  readonly argument: string;
  readonly names: readonly string[];
}

/**
 * The parts that a builder is given, without those that are `null`. One that it does not know is refused, since what was
 * meant by it would be missing without a word.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedParts<Parts extends object>(parts: Parts, { argument, names }: KnownParts): Parts {
  const known = names.join(', ');
  if (!isKeyed(parts)) throw invalidArgument(argument, `an object with ${known}`, parts);
  const unknown = Object.keys(parts).find((name) => !names.includes(name));
  if (unknown === undefined) return withoutNull(parts);
  const summary = `${argument} must have no other keys than ${known}, such as ${JSON.stringify(unknown)}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value: unknown });
}
