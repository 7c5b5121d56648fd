import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DECLARED = /^(?:func|type|const|var) ([A-Z]\w*)/gm;
const GROUP = /^(?:const|var) \((.*?)^\)/gms;
const IN_GROUP = /^\t([A-Z]\w*)/gm;
const INTERFACE = /^type [A-Z]\w* interface \{(.*?)^\}/gms;
const METHOD = /^\t([A-Z]\w*)\(/gm;

/** The exported names of a Go package, with the methods of its interfaces. */
export function exportedNames(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => /(?<!_test|_windows)\.go$/.test(file));
  return [...new Set(files.flatMap((file) => namesIn(readFileSync(join(folder, file), 'utf8'))))].sort();
}

function namesIn(text: string): string[] {
  return [
    ...found(text, DECLARED),
    ...found(text, GROUP).flatMap((body) => found(body, IN_GROUP)),
    ...found(text, INTERFACE).flatMap((body) => found(body, METHOD)),
  ];
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}
