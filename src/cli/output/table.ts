import { printJson } from './json.js';

/** The output: a table on a terminal, tab-separated lines elsewhere. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The message on a terminal if there are no rows. */
  readonly nothing: string;
}

/** Prints a value as JSON if requested, else its table. */
export async function show(json: boolean | undefined, value: unknown, table: Table): Promise<void> {
  if (json) return printJson(value);
  if (process.stdout.isTTY !== true) return printPlain(table.rows);
  if (table.rows.length === 0) return printLine(table.nothing);
  await printDrawn(table);
}

/** Prints one line. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printPlain(rows: Table['rows']): void {
  process.stdout.write(rows.map((row) => `${row.map(flat).join('\t')}\n`).join(''));
}

/** Keeps a value in one field of one line, whatever it contains. */
function flat(value: string): string {
  return value.replace(/[\t\n\r]+/g, ' ');
}

async function printDrawn({ columns, rows }: Table): Promise<void> {
  const [{ default: DrawnTable }, { colors }] = await Promise.all([
    import('cli-table3'),
    import('./colors.js'),
  ]);
  const { bold } = colors();
  const empty = [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
  ];
  const lines = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const table = new DrawnTable({
    head: columns.map((column) => bold(column)),
    chars: { ...Object.fromEntries([...empty, ...lines].map((name) => [name, ''])), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(flat)));
  process.stdout.write(`${table.toString().replace(/ +$/gm, '')}\n`);
}
