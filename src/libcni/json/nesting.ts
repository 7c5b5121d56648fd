import { LibcniError } from '../../errors/libcni-error.js';

/** Deeper than any configuration, and shallow enough to be walked on a nearly full stack. */
export const MAX_DEPTH = 1000;

/** @throws LibcniError `ERR_CONF_INVALID` for valid JSON that is nested too deeply. */
export function checkNesting(text: string, what: string, file?: string): void {
  // Each level takes two characters and begins with a bracket, so most strings need no scan.
  if (text.length <= 2 * MAX_DEPTH || !hasManyBrackets(text)) return;
  if (depthOf(text) > MAX_DEPTH) throw tooDeep(what, file);
}

export function tooDeep(what: string, file?: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${what} is nested more than ${MAX_DEPTH} levels deep`, {
    file,
  });
}

function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    let at = text.indexOf(bracket);
    while (at !== -1 && count <= MAX_DEPTH) {
      count += 1;
      at = text.indexOf(bracket, at + 1);
    }
  }
  return count > MAX_DEPTH;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ by this bit only, and so do `]` and `}`. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if ((code | CURLY) === OPENING) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if ((code | CURLY) === CLOSING) depth -= 1;
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** An even number of backslashes escapes nothing. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
