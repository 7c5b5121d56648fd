import { LibcniError } from '../../errors/libcni-error.js';

/** Deeper than any configuration, and shallow enough to be walked whatever stack a caller has left. */
export const MAX_DEPTH = 1000;

/** @throws LibcniError `ERR_CONF_INVALID` for a valid JSON text that is nested too deeply. */
export function checkNesting(text: string, what: string, file?: string): void {
  // Each level takes two characters, so most texts need no look.
  if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) throw tooDeep(what, file);
}

export function tooDeep(what: string, file?: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${what} is nested more than ${MAX_DEPTH} levels deep`, {
    file,
  });
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
