import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const page = read('docs/errors.md');

/** What the first column of the table under a heading names. */
function rowsUnder(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

/** The texts of a union of them in the source. */
function textsOf(file: string, declaration: string): string[] {
  const [, type = ''] = read(file).split(declaration);
  const [union = ''] = type.split(';');
  return [...union.matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
}

describe('docs/errors.md has every', () => {
  it.each([
    ['Error codes', 'src/errors/libcni-error.ts', 'export type LibcniErrorCode ='],
    ['Reasons of library errors', 'src/errors/libcni-error.ts', 'export type LibcniErrorReason ='],
    ['Reasons of plugin errors', 'src/errors/plugin-error.ts', 'export type PluginFailure ='],
    ['Warnings', 'src/libcni/warning.ts', '  readonly code:'],
  ])('one of: %s', (heading, file, declaration) => {
    const texts = textsOf(file, declaration);
    expect(texts.length).toBeGreaterThan(5);
    expect(rowsUnder(heading).sort()).toEqual(texts.sort());
  });
});

it('every row of docs/errors.md says something in each of its columns', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const row of rows)
    expect(
      row.split(' | ').every((cell) => cell.replaceAll('|', '').trim() !== ''),
      row,
    ).toBe(true);
});
