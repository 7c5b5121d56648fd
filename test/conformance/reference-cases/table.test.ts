import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { differencesIn } from '../../../scripts/conformance/demands.mjs';
import { examples } from '../differences/examples.js';
import { differences } from '../differences.js';
import { rewrites } from '../rewrites.js';

const project = fileURLToPath(new URL('../../..', import.meta.url));

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

const named = [...read('docs/conformance.md').matchAll(/`(test\/[^`]+)`: “([^”]+)”/g)];
const references = [
  ...new Map(named.map(([text, file = '', title = '']) => [text, { file, title }])).values(),
];

test('the table names tests', () => {
  expect(references.length).toBeGreaterThan(80);
});

test.each(references)('$file has the test that the table names: $title', ({ file, title }) => {
  const quoted = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const call = new RegExp(`(?:\\b(?:it|test)|\\))\\(\\s*(['"\`])${quoted}\\1`);
  expect(read(file).replaceAll("\\'", "'")).toMatch(call);
});

test('every row names a test, or says why it has none', () => {
  const rows = read('docs/conformance.md').match(/^\| .*“.* \|$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(100);
  const last = rows.map((row) => row.split(' | ').at(-1) ?? '');
  expect(last.filter((cell) => !/^`test\/[^`]+`: “|^out of scope: \S/.test(cell))).toEqual([]);
});

const described = differencesIn(read('docs/differences.md'));

test('the bench measures the release of Go libcni that the comparison is made with', () => {
  const [oracle, bench] = ['test/conformance/oracle/go.mod', 'bench/go/go.mod'].map((file) =>
    /github\.com\/containernetworking\/cni v\S+/.exec(read(file))?.at(0),
  );
  expect(bench).toBe(oracle);
  expect(read('docs/conformance.md')).toContain(`cni\` (${oracle?.split(' v').at(-1)})`);
});

test('every difference from Go libcni is described, and every one described is shown by a test', () => {
  const known = [...differences, ...rewrites].map(({ name }) => name);
  const inVerbs = [...read('test/conformance/differences/verbs.test.ts').matchAll(/^test\('([a-z0-9-]+):/gm)];
  const shown = [...examples.map(({ name }) => name), ...inVerbs.map(([, name]) => name)];
  expect(new Set(described)).toEqual(new Set([...known, ...shown]));
  expect(known.filter((name) => !shown.includes(name))).toEqual([]);
});

test('the page names the differences that have examples only', () => {
  const known = new Set([...differences, ...rewrites].map(({ name }) => name));
  const [, count, names = ''] =
    /(\d+) have examples only[^:]*: ([^.]*)\./.exec(read('docs/differences.md')) ?? [];
  const named = [...names.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(described.filter((name) => !known.has(name))));
  expect(Number(count)).toBe(named.length);
});
