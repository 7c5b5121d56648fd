/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A setting and the figure measured there. Both are above 0. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A chart with logarithmic axes. */
export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const width = 760;
const height = 420;
const plot = { left: 70, top: 50, right: 590, bottom: 360 };
const colors = ['#0b6e4f', '#4878a8', '#c8553d', '#8a5a9e', '#7a7a7a'];
const yTicks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200];

/** Draws a chart. @returns the content of an SVG file */
export function drawChart(chart: Chart): string {
  const scales = scalesOf(chart);
  const parts = [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(plot.left, 26, chart.title, 'font-size="16" font-weight="600"'),
    ...scales.xTicks.map((tick) => verticalTick(scales.x(tick), tick)),
    ...scales.yTicks.map((tick) => horizontalTick(scales.y(tick), tick)),
    text((plot.left + plot.right) / 2, plot.bottom + 42, chart.xLabel, 'text-anchor="middle"'),
    text(0, 0, chart.yLabel, `text-anchor="middle" transform="translate(20 ${middle()}) rotate(-90)"`),
    ...drawSeries(chart, scales),
  ];
  const attributes = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"`;
  const style = 'font-family="sans-serif" font-size="12" fill="#222222"';
  return `<svg ${attributes} ${style}>\n<title>${escapeText(chart.title)}</title>\n${parts.join('\n')}\n</svg>\n`;
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

function scalesOf({ series }: Chart): Scales {
  const points = series.flatMap((one) => one.points);
  const xTicks = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const values = points.map(({ y }) => y);
  const bottom = yTicks.findLast((tick) => tick <= Math.min(...values)) ?? Math.min(...values);
  const top = yTicks.find((tick) => tick >= Math.max(...values)) ?? Math.max(...values);
  return {
    x: logarithmic([xTicks[0] ?? 1, xTicks.at(-1) ?? 10], [plot.left, plot.right]),
    y: logarithmic([bottom, top], [plot.bottom, plot.top]),
    xTicks,
    yTicks: yTicks.filter((tick) => tick >= bottom && tick <= top),
  };
}

type Range = readonly [number, number];

function logarithmic([from, to]: Range, [start, end]: Range): (value: number) => number {
  return (value) => start + (Math.log(value / from) / Math.log(to / from)) * (end - start);
}

function verticalTick(x: number, value: number): string {
  const line = `<path d="M${x.toFixed(1)} ${plot.top}V${plot.bottom}" stroke="#eeeeee"/>`;
  return line + text(x, plot.bottom + 18, String(value), 'text-anchor="middle"');
}

function horizontalTick(y: number, value: number): string {
  const line = `<path d="M${plot.left} ${y.toFixed(1)}H${plot.right}" stroke="#dddddd"/>`;
  return line + text(plot.left - 8, y + 4, String(value), 'text-anchor="end"');
}

function drawSeries({ series }: Chart, scales: Scales): string[] {
  const labels = spreadLabels(series.map(({ points }) => scales.y(points.at(-1)?.y ?? 1)));
  return series.map(({ name, points }, index) => {
    const color = colors[index % colors.length] ?? '';
    const places = points.map(({ x, y }) => ({ x: scales.x(x).toFixed(1), y: scales.y(y).toFixed(1) }));
    const path = places.map(({ x, y }) => `${x} ${y}`).join('L');
    const dots = places.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>`);
    const label = text(plot.right + 10, (labels[index] ?? 0) + 4, name, `fill="${color}"`);
    return `<path d="M${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}${label}`;
  });
}

/** Puts labels at the ends of their lines, at least a line of text apart. */
function spreadLabels(wanted: readonly number[]): number[] {
  const placed = new Map<number, number>();
  let next = Number.NEGATIVE_INFINITY;
  for (const index of [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))) {
    const y = Math.max(wanted[index] ?? 0, next);
    placed.set(index, y);
    next = y + 16;
  }
  return wanted.map((y, index) => placed.get(index) ?? y);
}

function middle(): number {
  return (plot.top + plot.bottom) / 2;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escapeText(content)}</text>`;
}

function escapeText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
