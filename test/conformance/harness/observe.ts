import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Answer } from './protocol.js';

/** The input of one plugin run. */
export interface Run {
  readonly type: string;
  /** The variables by name; of a repeated one, the first, which `getenv` finds. */
  readonly env: Readonly<Record<string, string>>;
  /** Further occurrences of repeated names, with their values. @default none */
  readonly repeated?: readonly string[];
  /** The JSON on stdin, or the text if it is not JSON. */
  readonly stdin: unknown;
}

/** The content of a cache folder, by path. */
export interface CacheState {
  /** JSON, with the configuration decoded; text if it is not JSON. */
  readonly files: Readonly<Record<string, unknown>>;
  /** The same files, unparsed. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Everything observable of one step, including the cache afterwards. */
export interface Observation extends CacheState {
  readonly answer: Answer;
  /** In the order in which the plugins ran. */
  readonly runs: readonly Run[];
}

/** The runs that plugins have recorded since the last time; `parse` parses their stdin. */
export function takeRuns(file: string, parse: (text: string) => unknown): Run[] {
  const record = readOrNothing(file);
  rmSync(file, { force: true });
  const runs: Run[] = [];
  for (let at = 0; at < record.length; ) {
    const headEnd = record.indexOf('\n', at) + 1;
    const end = headEnd + Number(record.toString('latin1', at, headEnd - 1));
    runs.push(parseRun(record.subarray(headEnd, end), parse));
    at = end;
  }
  return runs;
}

function parseRun(entry: Buffer, parse: (text: string) => unknown): Run {
  const stdinAt = entry.indexOf('\0\0') + 2;
  const [type = '', ...variables] = entry.toString('utf8', 0, stdinAt - 2).split('\0');
  const stdin = parse(entry.toString('utf8', stdinAt));
  return { type, ...parseEnvironment(variables, parse), stdin };
}

/** The order of variables does not matter, except between two of the same name. */
function parseEnvironment(variables: readonly string[], parse: (text: string) => unknown) {
  const env = new Map<string, string>();
  const repeated: string[] = [];
  for (const variable of variables) {
    const [, name = '', text = ''] = /^([^=]*)=?(.*)$/s.exec(variable) ?? [];
    const value = String(parse(JSON.stringify(text)));
    if (env.has(name)) repeated.push(`${name}=${value}`);
    else env.set(name, value);
  }
  return { env: Object.fromEntries([...env].sort()), ...(repeated.length > 0 && { repeated }) };
}

/** Every file of a folder with its content. */
export function readCache(folder: string): CacheState {
  const paths = listFiles(folder).sort();
  const texts = paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')] as const);
  const files = texts.map(([path, text]) => [path, parseEntry(text)]);
  return { files: Object.fromEntries(files), texts: Object.fromEntries(texts) };
}

function listFiles(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** The value of a cache file. */
export function parseEntry(text: string): unknown {
  const entry = jsonOrText(text);
  if (typeof entry !== 'object' || entry === null || !('config' in entry)) return entry;
  const { config } = entry;
  return typeof config === 'string' ? { ...entry, config: decode(config) } : entry;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

const TOO_DEEP_TO_COMPARE = '['.repeat(2000);

export function jsonOrText(text: string): unknown {
  if (text.includes(TOO_DEEP_TO_COMPARE)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readOrNothing(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
