/** Titles of test cases by file: how many cases of a file have each. */
export type Titles = Map<string, Map<string, number>>;

/** Cases of Ginkgo, rows of its tables, and plain Go tests. */
const CASE = /\b(?:It|Specify|Entry)\(\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^"`\s]))|^func (Test\w+)\(/gm;

/** The titles of the cases in a Go test file. */
export function titlesInGo(text: string): Map<string, number> {
  const titles = new Map<string, number>();
  for (const [found, quoted, raw, computed, name] of text.matchAll(CASE)) {
    if (computed !== undefined) throw new Error(`a title that is no literal: ${found}`);
    const title = raw ?? name ?? JSON.parse(`"${quoted}"`);
    titles.set(title, (titles.get(title) ?? 0) + 1);
  }
  return titles;
}

/** The titles in the tables of docs/conformance.md. The file is in the heading or in the cell. */
export function titlesInTable(page: string): Titles {
  const titles: Titles = new Map();
  let heading = '';
  for (const line of page.split('\n')) {
    heading = /^### (\S+_test\.go)$/.exec(line)?.[1] ?? heading;
    const [, cell = '', ours] = line.split(' | ');
    if (ours !== undefined) addCell(titles, { cell, heading });
  }
  return titles;
}

function addCell(titles: Titles, { cell, heading }: { readonly cell: string; readonly heading: string }) {
  for (const part of cell.split('<br>')) {
    const file = /^`([^`]+_test\.go)`: /.exec(part)?.[1] ?? heading;
    for (const [, title = '', count = '1'] of part.matchAll(/“([^”]+)”(?: ×(\d+))?/g)) {
      const ofFile = titles.get(file) ?? new Map<string, number>();
      ofFile.set(title, (ofFile.get(title) ?? 0) + Number(count));
      titles.set(file, ofFile);
    }
  }
}

/** The files without a case in the tables, and how many cases each has. */
export function filesOutOfScope(page: string): Map<string, number> {
  const rows = page.matchAll(/^\| `([^`]+_test\.go)` \| (\d+) \|$/gm);
  return new Map([...rows].map(([, file = '', count]) => [file, Number(count)]));
}
