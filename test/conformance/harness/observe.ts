import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Answer } from './protocol.js';

/** What one plugin was given. */
export interface Run {
  readonly type: string;
  readonly env: Readonly<Record<string, string>>;
  /** The JSON on stdin, or the text where it is none. */
  readonly stdin: unknown;
}

/** All that can be seen of one step. */
export interface Observation {
  readonly answer: Answer;
  /** In the order in which the plugins ran. */
  readonly runs: readonly Run[];
  /** The cache folder: JSON by path, with the configuration decoded; text where it is no JSON. */
  readonly files: Readonly<Record<string, unknown>>;
}

/** The runs that plugins have recorded since the last time; `parse` makes a value of a text on stdin. */
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
  const env = variables.map((variable) => {
    const equals = variable.indexOf('=');
    const value = String(parse(JSON.stringify(variable.slice(equals + 1))));
    return [variable.slice(0, equals), value];
  });
  return { type, env: Object.fromEntries(env.sort()), stdin: parse(entry.toString('utf8', stdinAt)) };
}

/** Every file of a folder and what is in it. */
export function readFiles(folder: string): Record<string, unknown> {
  const paths = listFiles(folder).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readEntry(path)]));
}

function listFiles(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function readEntry(path: string): unknown {
  const entry = jsonOrText(readFileSync(path, 'utf8'));
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
