import type { Figures } from '../tasks/task.js';
import type { Round } from './rounds.js';
import { type Spread, spreadOf } from './statistics.js';

/** What to compare in the rounds of a suite: one line of the table for each contender. */
export interface Comparison {
  readonly title: string;
  readonly metric: keyof Figures;
  /** The contenders that have a line, in this order. */
  readonly contenders: readonly string[];
  /** The contenders that each one is compared with, in the same round. @default none */
  readonly against?: Against;
  /** How they are compared. @default 'ratio' */
  readonly by?: 'ratio' | 'difference';
  readonly target?: Target;
}

/** The anchors of each contender that has some. */
export type Against = Readonly<Record<string, readonly string[]>>;

/** The target of a contender, for the median of its rounds. */
interface Target {
  readonly contender: string;
  readonly atMost: number;
  /** The anchor for the target. @default none: the figure itself */
  readonly against?: string;
}

/** One line of the table. */
export interface Line {
  readonly title: string;
  readonly contender: string;
  /** Absent if the contender is not on this machine. */
  readonly figure?: Spread;
  readonly anchor?: string;
  /** Absent if one of the two is not on this machine. */
  readonly compared?: Spread;
  readonly by: 'ratio' | 'difference';
  readonly target?: Target;
}

/** The lines of a comparison: one for each contender and anchor, or one for a contender without anchors. */
export function compareRounds(rounds: readonly Round[], comparison: Comparison): Line[] {
  return comparison.contenders.flatMap((contender) => {
    const anchors = comparison.against?.[contender] ?? [];
    const places = anchors.length > 0 ? anchors : [undefined];
    return places.map((anchor, index) =>
      compareOne(rounds, comparison, { contender, anchor, isFirst: index === 0 }),
    );
  });
}

/** Compares all other contenders with the first. */
export function againstFirst([first = '', ...others]: readonly string[]): Against {
  return Object.fromEntries(others.map((contender) => [contender, [first]]));
}

/** Whether a line's target is reached; `undefined` if it has none. */
export function isReached({ target, figure, compared }: Line): boolean | undefined {
  if (target === undefined) return undefined;
  const spread = target.against === undefined ? figure : compared;
  return spread === undefined ? undefined : spread.median <= target.atMost;
}

interface Place {
  readonly contender: string;
  readonly anchor: string | undefined;
  /** Whether this is the first line of the contender. */
  readonly isFirst: boolean;
}

function compareOne(rounds: readonly Round[], comparison: Comparison, place: Place): Line {
  const { title, metric, by = 'ratio', target } = comparison;
  const { contender, anchor, isFirst } = place;
  const figures = figuresOf(rounds, contender, metric);
  const compared = compareFigures(rounds, comparison, place);
  const isHere = target?.against === undefined ? isFirst : target.against === anchor;
  return {
    title,
    contender,
    by,
    ...(figures.length > 0 && { figure: spreadOf(figures) }),
    ...(anchor !== undefined && { anchor }),
    ...(compared.length > 0 && { compared: spreadOf(compared) }),
    ...(target?.contender === contender && isHere && { target }),
  };
}

/** Compares within each round, so that something that slows down a whole round does not count. */
function compareFigures(
  rounds: readonly Round[],
  { metric, by }: Comparison,
  { contender, anchor }: Place,
): number[] {
  if (anchor === undefined) return [];
  return rounds.flatMap((round) => {
    const [figure, other] = [round.get(contender)?.[metric], round.get(anchor)?.[metric]];
    if (figure === undefined || other === undefined) return [];
    return [by === 'difference' ? figure - other : figure / other];
  });
}

function figuresOf(rounds: readonly Round[], contender: string, metric: keyof Figures): number[] {
  return rounds.flatMap((round) => round.get(contender)?.[metric] ?? []);
}
