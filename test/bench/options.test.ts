import { expect, test } from 'vitest';
import { readOptions, SUITES, USAGE } from '../../bench/options.js';

test('every named suite must exist', () => {
  expect(() => readOptions(['--only', 'list', '--only', 'typo'])).toThrow('there is no suite typo');
  expect(() => readOptions(['--only', 'a', '--only', 'b'])).toThrow('there is no suite a or b');
  expect(readOptions(['--only', 'list', '--only', 'gc']).only).toEqual(['list', 'gc']);
});

test('the usage lists existing suites', () => {
  const [, names = ''] = /suites: (.*)/.exec(USAGE) ?? [];
  const only = names.split(' ').flatMap((name) => ['--only', name]);
  expect(readOptions(only).only).toHaveLength(SUITES.length);
});
