/** Where the lines of an owner go in a file. Other lines stay as they are. */
export type OwnLinesPlace = 'start' | 'end';

/** The lines between the markers of an owner; empty if there are none. */
export function ownLines(text: string, owner: string): string[] {
  const lines = toLines(text);
  const span = spanOf(lines, owner);
  return span === undefined ? [] : lines.slice(span.begin + 1, span.end);
}

/**
 * Puts these lines between the markers of the owner; without lines, removes the markers. Every other line stays as it
 * is. Existing lines of the owner are replaced where they are; new ones go where `place` says.
 */
export function withOwnLines(
  text: string,
  owner: string,
  { lines: own, place = 'end' }: { readonly lines: readonly string[]; readonly place?: OwnLinesPlace },
): string {
  const lines = toLines(text);
  const block = own.length === 0 ? [] : [beginOf(owner), ...own, endOf(owner)];
  const span = spanOf(lines, owner);
  if (span !== undefined) lines.splice(span.begin, span.end - span.begin + 1, ...block);
  else if (place === 'start') lines.unshift(...block);
  else lines.push(...block);
  return lines.map((line) => `${line}\n`).join('');
}

/** If somebody removed the end marker, the lines reach to the next marker or to the end of the file. */
function spanOf(lines: readonly string[], owner: string): { begin: number; end: number } | undefined {
  const begin = lines.indexOf(beginOf(owner));
  if (begin < 0) return undefined;
  const end = lines.indexOf(endOf(owner), begin);
  if (end >= 0) return { begin, end };
  const next = lines.findIndex((line, index) => index > begin && line.startsWith(MARK));
  return { begin, end: (next < 0 ? lines.length : next) - 1 };
}

const MARK = '# libcni ';

function beginOf(owner: string): string {
  return `${MARK}${owner} begin`;
}

function endOf(owner: string): string {
  return `${MARK}${owner} end`;
}

function toLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
