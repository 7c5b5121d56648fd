import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findReference } from '../harness/find-reference.js';
import { filesOutOfScope, titlesInGo, titlesInTable } from '../harness/reference-titles.js';

const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');

const reference = findReference();
const files = readdirSync(reference, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('_test.go') && !file.endsWith('_suite_test.go'),
);
const outOfScope = filesOutOfScope(page);
const table = titlesInTable(page);

test('the reference has test files', () => {
  expect(files.length).toBeGreaterThan(20);
});

test.each(files)('every case of %s is in the table', (file) => {
  const titles = titlesInGo(readFileSync(join(reference, file), 'utf8'));
  const count = outOfScope.get(file);
  if (count === undefined) return expect(table.get(file) ?? new Map()).toEqual(titles);
  expect(table.has(file)).toBe(false);
  expect([...titles.values()].reduce((sum, cases) => sum + cases, 0)).toBe(count);
});

test('the table has no other files', () => {
  expect([...table.keys(), ...outOfScope.keys()].filter((file) => !files.includes(file))).toEqual([]);
});

test('a title that is not a string cannot be overlooked', () => {
  expect(() => titlesInGo('It(title, func() {})')).toThrow('no literal');
  expect(
    titlesInGo('It("a\\"b", f)\nEntry(`c`, 1)\nEntry("d",\n1)\nfunc TestE(t *testing.T)\nIt("d", f)'),
  ).toEqual(
    new Map([
      ['a"b', 1],
      ['c', 1],
      ['d', 2],
      ['TestE', 1],
    ]),
  );
});
