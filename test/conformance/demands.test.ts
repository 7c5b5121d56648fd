import { expect, test } from 'vitest';
import { findShortcomings, leastFulfilled } from '../../scripts/conformance/demands.mjs';
import { operations } from './harness/ours.js';

const fulfilled = leastFulfilled;

test('a run of enough cases within the time limit is accepted', () => {
  expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled })).toEqual([]);
  expect(findShortcomings({ cases: 2000, seconds: 90, fulfilled })).toEqual([]);
});

test('a run that is too small or too slow has shortcomings', () => {
  expect(findShortcomings({ cases: 1999, seconds: 24, fulfilled })).toEqual([
    '1999 cases were compared; at least 2000 are required.',
  ]);
  expect(findShortcomings({ cases: 2496, seconds: 91, fulfilled })).toEqual([
    'It took 91 s; at most 90 s are allowed.',
  ]);
});

test('every operation has to succeed sometimes', () => {
  expect(Object.keys(leastFulfilled).sort()).toEqual(Object.keys(operations).sort());
  expect(Object.values(leastFulfilled).filter((least) => least < 1)).toEqual([]);
});

test.each(Object.entries(leastFulfilled))(
  'a run in which %s rarely succeeds has shortcomings',
  (name, least) => {
    const [seldom, never] = [{ ...fulfilled, [name]: least - 1 }, { ...fulfilled }];
    delete never[name];
    expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled: seldom })).toEqual([
      `${name} succeeded ${least - 1} times; at least ${least} times are required.`,
    ]);
    expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled: never })).toEqual([
      `${name} succeeded 0 times; at least ${least} times are required.`,
    ]);
  },
);
