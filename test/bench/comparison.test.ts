import { expect, test } from 'vitest';
import { againstFirst, type Comparison, compareRounds, isReached } from '../../bench/measure/comparison.js';
import { measureRounds, type Round } from '../../bench/measure/rounds.js';
import { formatTable } from '../../bench/report/table.js';

const rounds: Round[] = [
  new Map([
    ['go', { wallMs: 2 }],
    ['ours', { wallMs: 1 }],
    ['execa', { wallMs: 10 }],
  ]),
  new Map([
    ['go', { wallMs: 8 }],
    ['ours', { wallMs: 6 }],
    ['execa', { wallMs: 12 }],
  ]),
];

const comparison: Comparison = {
  title: 'runs',
  metric: 'wallMs',
  contenders: ['go', 'ours', 'execa'],
  against: { ...againstFirst(['go', 'ours', 'execa']), ours: ['go', 'execa'] },
  target: { contender: 'ours', atMost: 0.5, against: 'go' },
};

test('a contender is compared with each of its anchors, inside each round', () => {
  const compared = compareRounds(rounds, comparison).map(({ contender, anchor, compared }) => [
    contender,
    anchor,
    compared,
  ]);
  expect(compared).toEqual([
    ['go', undefined, undefined],
    ['ours', 'go', { min: 0.5, median: 0.625, max: 0.75 }],
    ['ours', 'execa', { min: 0.1, median: 0.3, max: 0.5 }],
    ['execa', 'go', { min: 1.5, median: 3.25, max: 5 }],
  ]);
});

test('a target is that of one anchor', () => {
  expect(compareRounds(rounds, comparison).map(isReached)).toEqual([undefined, false, undefined, undefined]);
  const against = { ...comparison, target: { contender: 'ours', atMost: 0.5, against: 'execa' } };
  expect(compareRounds(rounds, against).map(isReached)).toEqual([undefined, undefined, true, undefined]);
});

test('a target of the figure itself has one line', () => {
  const ofFigure = { ...comparison, target: { contender: 'ours', atMost: 4 } };
  expect(compareRounds(rounds, ofFigure).map(isReached)).toEqual([undefined, true, undefined, undefined]);
});

test('a contender that is not installed has a line that says so, and no ratio', () => {
  const without = rounds.map((round) => new Map([...round].filter(([name]) => name !== 'go')));
  const [go, ours] = compareRounds(without, comparison);
  expect(go).not.toHaveProperty('figure');
  expect(ours).not.toHaveProperty('compared');
});

test('the table names the anchor of each ratio, and a contender once', () => {
  const cells = formatTable(compareRounds(rounds, comparison))
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  expect(cells[3]?.slice(1, 7)).toEqual([
    '',
    'ours',
    '3.50 (1.00 to 6.00)',
    'go',
    '0.63x (0.50 to 0.75)',
    '<= 0.5x: missed',
  ]);
  expect(cells[4]?.slice(1, 7)).toEqual(['', '', '', 'execa', '0.30x (0.10 to 0.50)', '']);
});

test('work that a round has not done is a failure', async () => {
  const order: string[] = [];
  const contender = {
    name: 'ours',
    runs: 1,
    prepare: async () => void order.push('prepare'),
    run: async () => {
      order.push('run');
      return { wallMs: 1 };
    },
    verify: async () => {
      order.push('verify');
      if (order.length > 3) throw new Error('nothing was collected');
    },
  };
  await expect(measureRounds([contender], 1)).rejects.toThrow('nothing was collected');
  expect(order).toEqual(['prepare', 'run', 'verify', 'prepare', 'run', 'verify']);
});
