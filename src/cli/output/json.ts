import { inCommandWords } from '../command-words.js';

/** The JSON form of an error. */
export function errorForJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const known = ['code', 'verb', 'plugin', 'network', 'containerId', 'ifName', 'file', 'jsonPath'];
  const details = known.map((key) => [key, Reflect.get(error, key)] as const);
  return {
    name: error.name,
    message: inCommandWords(error.message),
    ...Object.fromEntries(details.filter(([, value]) => value !== undefined)),
  };
}

/** Prints a value as one line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, replace)}\n`);
}

/** Inodes of namespaces are far below the limit of JSON numbers. */
function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Error ? errorForJson(value) : value;
}
