/** What must come next in JSON. */
type Expected =
  | 'a value'
  | 'a key in double quotes'
  | 'a colon'
  | 'a comma or the end of the list'
  | 'nothing more';

/** Where a string stops being JSON. */
export interface SyntaxFault {
  /** Index of the first wrong character; the length of the string if it ends too early. */
  readonly index: number;
  readonly expected: string;
}

/** The first fault in a string that is not JSON. Messages of parsers differ, and not all of them say where. */
export function findSyntaxFault(text: string): SyntaxFault {
  const open: ('[' | '{')[] = [];
  let at = skip(text, 0);
  let expected: Expected = 'a value';
  let mayClose = false;
  for (;;) {
    const end = endOfToken(text, at, { expected, closing: mayClose ? closingOf(open.at(-1)) : undefined });
    if (typeof end !== 'number') return end;
    const token = text[at] ?? '';
    if (token === '[' || token === '{') open.push(token);
    if (token === ']' || token === '}') open.pop();
    mayClose = isAfterValue(token, expected) || token === '[' || token === '{';
    expected = nextAfter({ token, expected, inside: open.at(-1) });
    at = skip(text, end);
  }
}

/** Line and column, both from 1, as editors count them. */
export function placeOf(text: string, index: number): string {
  const before = text.slice(0, index).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

interface Demand {
  readonly expected: Expected;
  /** The bracket that is also allowed there. */
  readonly closing: string | undefined;
}

/** The index after the token at this place, or the fault. */
function endOfToken(text: string, at: number, { expected, closing }: Demand): number | SyntaxFault {
  const character = text[at];
  const fault = { index: at, expected };
  if (character === undefined) return fault;
  if (character === closing) return at + 1;
  if (expected === 'a value') return endOfValue(text, at) ?? fault;
  if (expected === 'a key in double quotes') return character === '"' ? endOfText(text, at) : fault;
  const isExpected =
    expected === 'a colon' ? character === ':' : character === ',' && expected !== 'nothing more';
  return isExpected ? at + 1 : fault;
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function endOfValue(text: string, at: number): number | SyntaxFault | undefined {
  const character = text[at];
  if (character === '[' || character === '{') return at + 1;
  if (character === '"') return endOfText(text, at);
  SCALAR.lastIndex = at;
  return SCALAR.test(text) ? SCALAR.lastIndex : undefined;
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Character by character: a repeated group of an expression would overflow the stack. */
function endOfText(text: string, start: number): number | SyntaxFault {
  let at = start + 1;
  while (text[at] !== '"') {
    const character = text[at];
    if (character === undefined || character < ' ')
      return { index: at, expected: 'the end of the quoted text' };
    ESCAPE.lastIndex = at;
    if (character !== '\\') at += 1;
    else if (ESCAPE.test(text)) at = ESCAPE.lastIndex;
    else return { index: at, expected: 'an escape such as \\n' };
  }
  return at + 1;
}

function skip(text: string, start: number): number {
  let at = start;
  while (' \t\n\r'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

interface Progress {
  readonly token: string;
  /** What was expected before the token. */
  readonly expected: Expected;
  /** The innermost bracket that is open after it. */
  readonly inside: '[' | '{' | undefined;
}

function nextAfter({ token, expected, inside }: Progress): Expected {
  if (token === '[') return 'a value';
  if (token === '{') return 'a key in double quotes';
  if (expected === 'a key in double quotes' && token === '"') return 'a colon';
  if (token === ':' && expected === 'a colon') return 'a value';
  if (token === ',') return inside === '{' ? 'a key in double quotes' : 'a value';
  return inside === undefined ? 'nothing more' : 'a comma or the end of the list';
}

function isAfterValue(token: string, expected: Expected): boolean {
  if (token === ']' || token === '}') return true;
  return token !== ',' && token !== ':' && expected !== 'a key in double quotes';
}

function closingOf(bracket: '[' | '{' | undefined): string | undefined {
  if (bracket === undefined) return undefined;
  return bracket === '[' ? ']' : '}';
}
