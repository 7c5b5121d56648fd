import type { Difference, Pair } from './differences.js';
import { VERSIONS } from './generators/domain.js';
import { canonical } from './harness/canonical.js';
import { confOf, foldedMembers, parseIfJson, resultsRead, textsRead } from './harness/documents.js';
import { keysByEra, withoutUnknownKeys } from './harness/known-result-keys.js';
import type { Observation } from './harness/observe.js';
import type { Operation } from './harness/protocol.js';
import { holdsUnreadableResult } from './harness/unreadable.js';

/** Both libraries do the same, but their outcomes differ a little. */
export const valueDifferences: readonly Difference[] = [
  { name: 'unknown-result-keys', reconcile: dropUnknownKeys },
  { name: 'lone-surrogates', reconcile: replaceSurrogates },
  { name: 'invalid-utf8', reconcile: replaceInvalid },
  {
    name: 'json-spelling',
    ops: ['parse-list', 'list-from-file', 'load-network', 'upconvert', 'inject'],
    reconcile: (pair) => mapBoth(pair, parseTexts),
  },
  { name: 'validate-asks-in-parallel', ops: ['validate'], reconcile: (pair) => mapBoth(pair, sortRuns) },
  { name: 'unreadable-entry-set-aside', reconcile: forgetSetAside },
  { name: 'port-mappings-without-protocol', ops: ['add', 'check', 'del', 'gc'], reconcile: addProtocols },
  { name: 'entry-kept-until-del-succeeds', ops: ['del', 'gc'], diverges: true, reconcile: bringBackKept },
];

function mapBoth({ go, ours }: Pair, change: (seen: Observation) => Observation): Partial<Pair> {
  return { go: change(go), ours: change(ours) };
}

const RESULT_OPS: readonly Operation[] = ['create-result', 'convert-result', 'add', 'cached-result'];

/** Drops unknown keys in the result, in the `prevResult` of plugins, and in the cache. */
function dropUnknownKeys(pair: Pair): Partial<Pair> {
  const { request, ours } = pair;
  const stood = keysByEra(resultsAround(pair), String(confOf(request.bytes).cniVersion ?? ''));
  const withoutUnknown = (result: unknown) => withoutUnknownKeys(result, stood);
  const changed = onHandedOn(pair, withoutUnknown);
  if (!RESULT_OPS.includes(request.op) || !('value' in ours.answer)) return { ours: changed };
  return { ours: { ...changed, answer: { ...ours.answer, value: withoutUnknown(ours.answer.value) } } };
}

/** The results that were read, and those in the caches. */
function resultsAround(pair: Pair): unknown[] {
  const cached = [pair.before.go, pair.before.ours].flatMap(({ texts }) => Object.values(texts));
  return [...resultsRead(pair), ...cached.flatMap(parseIfJson)];
}

/** Whether both libraries have the same content in a file, so that neither wrote it. */
function isUntouched(go: Observation, path: string, entry: unknown): boolean {
  return canonical(entry) === canonical(go.files[path]);
}

function onHandedOn({ go, ours: seen }: Pair, change: (result: unknown) => unknown): Observation {
  const files = Object.entries(seen.files).map(([path, entry]) => {
    return [path, isUntouched(go, path, entry) ? entry : changeAt(entry, 'result', change)];
  });
  return {
    ...seen,
    runs: seen.runs.map((run) => ({ ...run, stdin: changeAt(run.stdin, 'prevResult', change) })),
    files: Object.fromEntries(files),
  };
}

function changeAt(value: unknown, key: string, change: (item: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: change(Reflect.get(value, key)) };
}

/** Parses the JSON that a library wrote. */
function parseTexts(seen: Observation): Observation {
  return mapStrings(seen, (text, key) => {
    if (key !== 'bytes') return text;
    try {
      const json = Buffer.from(text, 'base64').toString('utf8');
      return json.includes('['.repeat(2000)) ? text : JSON.parse(json);
    } catch {
      return text;
    }
  });
}

/** Replaces lone surrogates in the answer. Files and input of plugins have none. */
function replaceSurrogates({ ours }: Pair): Partial<Pair> {
  const { answer } = mapStrings(ours, (text) => text.toWellFormed());
  return { ours: { ...ours, answer } };
}

const BASE64 = /^[A-Za-z0-9+/]+=*$/;

/** Go keeps the original bytes, and has one U+FFFD for each byte; this library has one for each sequence. */
function replaceInvalid(pair: Pair): Partial<Pair> | undefined {
  if (!textsRead(pair).some((text) => text.includes('\ufffd'))) return undefined;
  return mapBoth(pair, (seen) =>
    mapStrings(seen, (text, key) => {
      const isBase64 = key === 'bytes' || (key === 'config' && BASE64.test(text));
      const valid = (isBase64 ? Buffer.from(text, 'base64').toString('utf8') : text).replace(
        /\ufffd+/g,
        '\ufffd',
      );
      return isBase64 ? Buffer.from(valid).toString('base64') : valid;
    }),
  );
}

function mapStrings(seen: Observation, change: (text: string, key: string) => unknown): Observation {
  return JSON.parse(JSON.stringify(seen), function (this: unknown, key, value: unknown) {
    if (typeof value === 'string') return change(value, key);
    return isRecord(value) ? mapKeys(value, change) : value;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapKeys(value: Record<string, unknown>, change: (text: string, key: string) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(change(key, '')), item]));
}

function sortRuns(seen: Observation): Observation {
  const runs = [...seen.runs].sort((a, b) => (a.type < b.type ? -1 : 1));
  return { ...seen, runs };
}

/** An unreadable entry is set aside, and plugins get no result from it. */
function forgetSetAside(pair: Pair): Partial<Pair> | undefined {
  const { go, ours, request } = pair;
  const setAside = Object.keys(ours.files).filter((path) => path.startsWith('unreadable/'));
  if (setAside.length === 0 || !setAside.every((path) => isAsItWas(pair, path))) return undefined;
  const kept = Object.entries(ours.files).filter(([path]) => !path.startsWith('unreadable/'));
  const withoutEntry = { ours: { ...ours, files: Object.fromEntries(kept) } };
  const usedResult = ['del', 'gc'].includes(request.op) && holdsUnreadableResult(pair);
  return usedResult ? { ...withoutEntry, go: withoutUnreadable(go) } : withoutEntry;
}

/** Whether a file set aside has its earlier content, from its old name or from an earlier setting aside. */
function isAsItWas({ seen, before: { ours } }: Pair, path: string): boolean {
  const old = path.replace(/^unreadable\/(.*)\.\d{10,}$/, 'results/$1');
  return seen.ours.texts[path] === (ours.texts[path] ?? ours.texts[old]);
}

function withoutUnreadable(go: Observation): Observation {
  const runs = go.runs.map((run) => {
    const { prevResult: _, ...stdin } = Object(run.stdin);
    return { ...run, stdin };
  });
  return { ...go, runs };
}

/** If DEL fails, an entry stays even if its result cannot be converted to the version of the configuration. */
function bringBackKept({ go, ours, before, request }: Pair): Partial<Pair> | undefined {
  const { name, cniVersion } = confOf(request.bytes);
  if (ours.answer.outcome !== 'error' || VERSIONS.some((version) => version === cniVersion)) return undefined;
  const kept = Object.entries(ours.files).filter(([path]) => {
    const isGone = !Object.hasOwn(go.files, path) && Object.hasOwn(before.go.files, path);
    return isGone && path.startsWith(`results/${name}-`) && before.ours.texts[path] === ours.texts[path];
  });
  return kept.length > 0 ? { go: { ...go, files: { ...go.files, ...Object.fromEntries(kept) } } } : undefined;
}

/** Go passes port mappings on unchanged. */
function addProtocols({ go }: Pair): Partial<Pair> {
  const withProtocols = (mappings: unknown) =>
    Array.isArray(mappings) ? mappings.map(addProtocol) : mappings;
  const runs = go.runs.map((run) => {
    const change = (config: unknown) => changeAt(config, 'portMappings', withProtocols);
    return { ...run, stdin: changeAt(run.stdin, 'runtimeConfig', change) };
  });
  return { go: { ...go, runs } };
}

function addProtocol(mapping: unknown): unknown {
  if (!isRecord(mapping)) return mapping;
  return foldedMembers(mapping).protocol ? mapping : { ...mapping, protocol: 'tcp' };
}
