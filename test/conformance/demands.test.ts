import { expect, test } from 'vitest';
import { findShortcomings, leastFulfilled } from '../../scripts/conformance/demands.mjs';
import { operations } from './harness/ours.js';

const fulfilled = leastFulfilled;

test('a run of enough cases in time is in order', () => {
  expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled })).toEqual([]);
  expect(findShortcomings({ cases: 2000, seconds: 90, fulfilled })).toEqual([]);
});

test('a run that is too small or too slow is not', () => {
  expect(findShortcomings({ cases: 1999, seconds: 24, fulfilled })).toEqual([
    '1999 cases were compared, and 2000 are the least.',
  ]);
  expect(findShortcomings({ cases: 2496, seconds: 91, fulfilled })).toEqual([
    'It took 91 s, and 90 s are the most that it may take.',
  ]);
});

test('every operation has to succeed now and then', () => {
  expect(Object.keys(leastFulfilled).sort()).toEqual(Object.keys(operations).sort());
  expect(Object.values(leastFulfilled).filter((least) => least < 1)).toEqual([]);
});

test.each(Object.entries(leastFulfilled))(
  'a run in which %s hardly succeeds is not in order',
  (name, least) => {
    const [seldom, never] = [{ ...fulfilled, [name]: least - 1 }, { ...fulfilled }];
    delete never[name];
    expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled: seldom })).toEqual([
      `${name} succeeded ${least - 1} times, and ${least} times are the least.`,
    ]);
    expect(findShortcomings({ cases: 2496, seconds: 24, fulfilled: never })).toEqual([
      `${name} succeeded 0 times, and ${least} times are the least.`,
    ]);
  },
);
