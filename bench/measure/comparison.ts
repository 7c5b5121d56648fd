import type { Figures } from '../tasks/task.js';
import type { Round } from './rounds.js';
import { type Spread, spreadOf } from './statistics.js';

/** What is read off the rounds of a suite: one line of the table for each contender. */
export interface Comparison {
  readonly title: string;
  readonly metric: keyof Figures;
  /** The contenders that have a line, in this order. */
  readonly contenders: readonly string[];
  /** Whom the others are compared with, in the same round. @default nobody */
  readonly anchor?: string;
  /** How they are compared. @default 'ratio' */
  readonly by?: 'ratio' | 'difference';
  readonly target?: Target;
}

/** What a contender is to reach, by the median of its rounds. */
interface Target {
  readonly contender: string;
  readonly atMost: number;
  /** What is to be reached: the figure itself, or how it compares with the anchor. */
  readonly of: 'figure' | 'comparison';
}

/** One line of the table. */
export interface Line {
  readonly title: string;
  readonly contender: string;
  /** Absent where the contender is not on this machine. */
  readonly figure?: Spread;
  readonly compared?: Spread;
  readonly by: 'ratio' | 'difference';
  readonly target?: Target;
}

/** The lines of a comparison. */
export function compareRounds(rounds: readonly Round[], comparison: Comparison): Line[] {
  return comparison.contenders.map((contender) => compareOne(rounds, comparison, contender));
}

/** Whether a line's target is reached; `undefined` where it has none. */
export function isReached({ target, figure, compared }: Line): boolean | undefined {
  if (target === undefined) return undefined;
  const spread = target.of === 'figure' ? figure : compared;
  return spread === undefined ? undefined : spread.median <= target.atMost;
}

function compareOne(rounds: readonly Round[], comparison: Comparison, contender: string): Line {
  const { title, metric, by = 'ratio', target } = comparison;
  const figures = figuresOf(rounds, contender, metric);
  const compared = compareFigures(rounds, comparison, contender);
  return {
    title,
    contender,
    by,
    ...(figures.length > 0 && { figure: spreadOf(figures) }),
    ...(compared.length > 0 && { compared: spreadOf(compared) }),
    ...(target?.contender === contender && { target }),
  };
}

/** Round by round, so that what slows a whole round down does not count. */
function compareFigures(
  rounds: readonly Round[],
  { metric, anchor, by }: Comparison,
  contender: string,
): number[] {
  if (anchor === undefined || anchor === contender) return [];
  const anchors = figuresOf(rounds, anchor, metric);
  return figuresOf(rounds, contender, metric).flatMap((figure, index) => {
    const other = anchors[index];
    return other === undefined ? [] : [by === 'difference' ? figure - other : figure / other];
  });
}

function figuresOf(rounds: readonly Round[], contender: string, metric: keyof Figures): number[] {
  return rounds.flatMap((round) => round.get(contender)?.[metric] ?? []);
}
