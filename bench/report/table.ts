import { isReached, type Line } from '../measure/comparison.js';
import type { Spread } from '../measure/statistics.js';

const head = ['', 'contender', 'ms: median (min to max)', 'against', 'by (min to max)', 'target'];

/** A Markdown table with aligned columns. */
export function formatTable(lines: readonly Line[]): string {
  const rows = lines.map((line, index) => formatLine(line, lines[index - 1]));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const format = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [format(head), rule, ...rows.map(format)].join('\n');
}

function formatLine(line: Line, before: Line | undefined): string[] {
  const compared = [line.anchor ?? '', formatCompared(line), formatTarget(line)];
  if (line.title !== before?.title) return [line.title, line.contender, formatFigure(line), ...compared];
  const isFurther = line.contender === before.contender;
  return ['', ...(isFurther ? ['', ''] : [line.contender, formatFigure(line)]), ...compared];
}

function formatFigure({ figure }: Line): string {
  return figure === undefined ? 'not on this machine' : formatSpread(figure, '');
}

function formatCompared({ compared, by }: Line): string {
  if (compared === undefined) return '';
  return by === 'ratio' ? formatSpread(compared, 'x') : `${formatSpread(compared, '')} ms more`;
}

function formatTarget(line: Line): string {
  const { target, by } = line;
  if (target === undefined) return '';
  const unit = target.against !== undefined && by === 'ratio' ? 'x' : ' ms';
  const reached = isReached(line);
  const outcome = reached === undefined ? '' : `: ${reached ? 'reached' : 'missed'}`;
  return `<= ${target.atMost}${unit}${outcome}`;
}

function formatSpread({ min, median, max }: Spread, unit: string): string {
  return `${formatNumber(median)}${unit} (${formatNumber(min)} to ${formatNumber(max)})`;
}

/** Two or three significant digits; a noisy machine gives no more. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(Math.abs(value) < 1 ? 2 : 3);
}
