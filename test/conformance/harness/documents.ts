import type { Pair } from '../differences.js';
import { fold } from './fold.js';
import type { Operation } from './protocol.js';
import type { CannedAnswer } from './stage.js';

const TOO_DEEP_TO_WALK = '['.repeat(2000);
const ENTRY_OPS: readonly Operation[] = ['check', 'del', 'cached-result', 'cached-config'];
const WHOLE_CACHE_OPS: readonly Operation[] = ['gc', 'attachments'];
const FOLDER_OPS: readonly Operation[] = ['list-from-file', 'load-network', 'load-conf', 'drop-ins'];

/** Every text that a library read in a step. */
export function textsRead(pair: Pair): string[] {
  const { bytes } = pair.request;
  const conf = bytes === undefined ? [] : [Buffer.from(bytes, 'base64').toString('utf8')];
  return [
    ...conf,
    ...answersRun(pair).map(({ stdout }) => stdout.toString()),
    ...entriesRead(pair),
    ...confFilesRead(pair),
  ];
}

/** The answers of the plugins that ran. */
export function answersRun({ stage, seen }: Pair): CannedAnswer[] {
  const runs = [...seen.go.runs, ...seen.ours.runs];
  const ran = ({ type, verb }: { readonly type?: string; readonly verb: string }) =>
    runs.some((run) => run.env.CNI_COMMAND === verb && (type === undefined || run.type === type));
  return (stage.answers ?? []).filter(ran);
}

/** The cache entries that a step reads; a step may read the cache of either library. */
export function entriesRead({ request: { op, rt }, before }: Pair): string[] {
  const isWanted = (path: string) =>
    WHOLE_CACHE_OPS.includes(op) ||
    (ENTRY_OPS.includes(op) && path.endsWith(`-${rt?.containerId}-${rt?.ifName}`));
  return [before.go, before.ours].flatMap(({ texts }) =>
    Object.entries(texts).flatMap(([path, text]) => (isWanted(path) ? [text] : [])),
  );
}

function confFilesRead({ request: { op }, stage }: Pair): string[] {
  if (!FOLDER_OPS.includes(op)) return [];
  const files = Object.entries(stage.files ?? {}).filter(([path]) => !path.startsWith('cache/'));
  return files.map(([, content]) => content.toString());
}

/** The texts that a library read in a step, parsed if they are JSON. */
export function documentsRead(pair: Pair): unknown[] {
  return textsRead(pair).flatMap(parseIfJson);
}

/** The results and the cache entries with results that a library read in a step, parsed if they are JSON. */
export function resultsRead(pair: Pair): unknown[] {
  const isAsked = pair.request.op === 'create-result' || pair.request.op === 'convert-result';
  const asked = isAsked ? [confOf(pair.request.bytes)] : [];
  const printed = answersRun(pair).map(({ stdout }) => stdout.toString());
  return [...asked, ...[...printed, ...entriesRead(pair)].flatMap(parseIfJson)];
}

/** The value of a JSON text as an array of one item; an empty array if it is not JSON. */
export function parseIfJson(text: string): unknown[] {
  try {
    return text.includes(TOO_DEEP_TO_WALK) ? [] : [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** The configuration of a request; empty if it is not an object. */
export function confOf(bytes = ''): Record<string, unknown> {
  const [conf] = parseIfJson(Buffer.from(bytes, 'base64').toString('utf8'));
  return typeof conf === 'object' && conf !== null ? { ...conf } : {};
}

/** The members of an object that are not null, by folded key; of several spellings, the last one counts. */
export function foldedMembers(object: object): Record<string, unknown> {
  const members = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([key, value]) => [fold(key), value]));
}

/** Whether a value or anything inside it fulfils a condition, given its folded key. */
export function someInside(value: unknown, condition: (key: string, value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, item]) => condition(fold(key), item) || someInside(item, condition),
  );
}
