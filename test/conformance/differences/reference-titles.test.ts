import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { filesOutOfScope, titlesInGo, titlesInTable } from '../harness/reference-titles.js';

const oracle = fileURLToPath(new URL('../oracle', import.meta.url));
const go = process.env.CONFORMANCE_GO ?? 'go';
const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');

/** Where Go keeps the sources of the release that the comparison is made with. */
function findReference(): string {
  const args = ['mod', 'download', '-json', 'github.com/containernetworking/cni'];
  const { Dir } = JSON.parse(execFileSync(go, args, { cwd: oracle, encoding: 'utf8' }));
  return Dir;
}

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
