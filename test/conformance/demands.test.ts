import { expect, test } from 'vitest';
import { findShortcomings } from '../../scripts/conformance/demands.mjs';

test('a run of enough cases in time is in order', () => {
  expect(findShortcomings({ cases: 2496, seconds: 24 })).toEqual([]);
  expect(findShortcomings({ cases: 2000, seconds: 90 })).toEqual([]);
});

test('a run that is too small or too slow is not', () => {
  expect(findShortcomings({ cases: 1999, seconds: 24 })).toEqual([
    '1999 cases were compared, and 2000 are the least.',
  ]);
  expect(findShortcomings({ cases: 2496, seconds: 91 })).toEqual([
    'It took 91 s, and 90 s are the most that it may take.',
  ]);
});
