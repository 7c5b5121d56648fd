import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Arena } from '../harness/arena.js';
import { takeRuns } from '../harness/observe.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorder-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a plugin records its whole environment', () => {
  using arena = new Arena({ plugins: ['bridge'] });
  const root = arena.root ?? '';
  const env = { CNI_COMMAND: 'ADD', OWN: 'a=b', EMPTY: '' };
  execFileSync(join(root, 'bin/bridge'), { env, input: '{"a":1}' });
  expect(takeRuns(join(root, 'record'), (text) => JSON.parse(text))).toEqual([
    { type: 'bridge', env, stdin: { a: 1 } },
  ]);
});

test('a variable that is set twice is noticed', () => {
  const entry = 'bridge\0A=1\0B=2\0A=3\0A=1\0\0{}';
  const file = join(folder, 'record');
  writeFileSync(file, `${entry.length}\n${entry}`);
  expect(takeRuns(file, (text) => JSON.parse(text))).toEqual([
    { type: 'bridge', env: { A: '1', B: '2' }, repeated: ['A=3', 'A=1'], stdin: {} },
  ]);
});
