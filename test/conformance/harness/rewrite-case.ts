import { fromValue, toText } from '../generators/json-node.js';
import { parseNode } from '../generators/parse-node.js';
import type { Rewrite, TextPlace } from '../rewrites.js';
import { jsonOrText, type Observation, parseEntry } from './observe.js';
import type { Case } from './play.js';
import type { Request } from './protocol.js';
import type { Stage } from './stage.js';

/** A case for Go, with rewritten input. */
export interface RewrittenCase {
  readonly stage: Stage;
  readonly steps: readonly Request[];
  /** What was seen. Rewritten input that Go passed on is replaced by the original. */
  readonly restore: (seen: Observation) => Observation;
}

export function rewriteCase({ stage = {}, steps }: Case, chosen: readonly Rewrite[]): RewrittenCase {
  const originals = new Map<string, Buffer>();
  const rewritten = (text: string | Buffer, place: TextPlace): Buffer => {
    const original = typeof text === 'string' ? Buffer.from(text) : text;
    const changed = rewriteText(original, place, chosen);
    if (!changed.equals(original)) originals.set(changed.toString('base64'), original);
    return changed;
  };
  const requests = steps.map((request) => rewriteRequest(request, rewritten, chosen));
  const handedOn = chosen.filter(({ isHandedOn }) => isHandedOn);
  return {
    stage: rewriteStage(stage, rewritten),
    steps: requests,
    restore: (seen) => takeOut(restore(seen, originals), handedOn),
  };
}

type Rewritten = (text: string | Buffer, place: TextPlace) => Buffer;

function rewriteText(text: Buffer, place: TextPlace, chosen: readonly Rewrite[]): Buffer {
  return chosen.reduce<Buffer>((current, { rewrite }) => rewrite(current, place), text);
}

function rewriteStage(stage: Stage, rewritten: Rewritten): Stage {
  const { answers, files } = stage;
  const entries = Object.entries(files ?? {}).map(([path, content]) => {
    return [path, rewritten(content, path.startsWith('cache/') ? 'entry' : 'conf')];
  });
  return {
    ...stage,
    ...(answers && {
      answers: answers.map((answer) => ({ ...answer, stdout: rewritten(answer.stdout, 'answer') })),
    }),
    ...(files && { files: Object.fromEntries(entries) }),
  };
}

function rewriteRequest(request: Request, rewritten: Rewritten, chosen: readonly Rewrite[]): Request {
  if (request.bytes === undefined) return request;
  const text = rewritten(Buffer.from(request.bytes, 'base64'), 'conf');
  const changed = { ...request, bytes: text.toString('base64') };
  return chosen.reduce<Request>((current, { inject }) => rewriteInjection(current, inject), changed);
}

function rewriteInjection(request: Request, inject: Rewrite['inject']): Request {
  const { bytes = '', values } = request;
  const conf = parseNode(Buffer.from(bytes, 'base64').toString('utf8'));
  if (inject === undefined || values === undefined || conf === undefined) return request;
  const [newConf, newValues] = inject(conf, fromValue(values));
  const text = toText(newConf) === toText(conf) ? bytes : Buffer.from(toText(newConf)).toString('base64');
  return { ...request, bytes: text, values: JSON.parse(toText(newValues)) };
}

/** Configurations are passed on as they were read: in base64, or decoded in the files. Entries do not change. */
function restore(seen: Observation, originals: ReadonlyMap<string, Buffer>): Observation {
  if (originals.size === 0) return seen;
  let text = JSON.stringify(seen);
  for (const [rewritten, original] of originals) {
    const valid = original.toString('utf8');
    text = text.replaceAll(`"${rewritten}"`, `"${Buffer.from(valid).toString('base64')}"`);
    const decoded = JSON.stringify(Buffer.from(rewritten, 'base64').toString('utf8'));
    text = text.replaceAll(`"config":${decoded}`, () => `"config":${JSON.stringify(valid)}`);
  }
  return restoreEntries(JSON.parse(text), originals);
}

function restoreEntries(seen: Observation, originals: ReadonlyMap<string, Buffer>): Observation {
  const found = Object.entries(seen.texts).flatMap(([path, text]) => {
    const original = originals.get(toBase64(text));
    return original === undefined ? [] : [[path, original.toString('utf8')] as const];
  });
  const files = found.map(([path, text]) => [path, parseEntry(text)]);
  return {
    ...seen,
    files: { ...seen.files, ...Object.fromEntries(files) },
    texts: { ...seen.texts, ...Object.fromEntries(found) },
  };
}

/** In separate configurations, and in the input of plugins. */
function takeOut(seen: Observation, chosen: readonly Rewrite[]): Observation {
  if (chosen.length === 0) return seen;
  const clean = (text: string) => rewriteText(Buffer.from(text), 'conf', chosen).toString();
  return JSON.parse(JSON.stringify(seen), (key, value: unknown) => {
    if (key === 'bytes' && typeof value === 'string') return toBase64(clean(fromBase64(value)));
    return key === 'stdin' ? jsonOrText(clean(JSON.stringify(value))) : value;
  });
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
