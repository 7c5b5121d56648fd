import type { Rewrite } from '../rewrites.js';
import type { Observation } from './observe.js';
import type { Case } from './play.js';
import type { Request } from './protocol.js';
import type { Stage } from './stage.js';

/** A case for Go, with its texts rewritten. */
export interface RewrittenCase {
  readonly stage: Stage;
  readonly steps: readonly Request[];
  readonly changed: boolean;
  /** What was seen, with rewritten texts that Go handed on replaced by the original ones. */
  readonly restore: (seen: Observation) => Observation;
}

export function rewriteCase({ stage = {}, steps }: Case, chosen: readonly Rewrite[]): RewrittenCase {
  const originals = new Map<string, Buffer>();
  const rewritten = (text: string | Buffer): Buffer => {
    const original = typeof text === 'string' ? Buffer.from(text) : text;
    const changed = chosen.reduce<Buffer>((current, { rewrite }) => rewrite(current), original);
    if (!changed.equals(original)) originals.set(changed.toString('base64'), original);
    return changed;
  };
  return {
    stage: rewriteStage(stage, rewritten),
    steps: steps.map((request) => rewriteRequest(request, rewritten)),
    get changed() {
      return originals.size > 0;
    },
    restore: (seen) => restore(seen, originals),
  };
}

type Rewritten = (text: string | Buffer) => Buffer;

function rewriteStage(stage: Stage, rewritten: Rewritten): Stage {
  const { answers, files } = stage;
  const entries = Object.entries(files ?? {}).map(([path, content]) => [path, rewritten(content)]);
  return {
    ...stage,
    ...(answers && { answers: answers.map((answer) => ({ ...answer, stdout: rewritten(answer.stdout) })) }),
    ...(files && { files: Object.fromEntries(entries) }),
  };
}

function rewriteRequest(request: Request, rewritten: Rewritten): Request {
  if (request.bytes === undefined) return request;
  return { ...request, bytes: rewritten(Buffer.from(request.bytes, 'base64')).toString('base64') };
}

/** Configurations are handed on as they were read: in base64, or decoded among the files. */
function restore(seen: Observation, originals: ReadonlyMap<string, Buffer>): Observation {
  if (originals.size === 0) return seen;
  let text = JSON.stringify(seen);
  for (const [rewritten, original] of originals) {
    const valid = original.toString('utf8');
    text = text.replaceAll(`"${rewritten}"`, `"${Buffer.from(valid).toString('base64')}"`);
    const decoded = JSON.stringify(Buffer.from(rewritten, 'base64').toString('utf8'));
    text = text.replaceAll(`"config":${decoded}`, () => `"config":${JSON.stringify(valid)}`);
  }
  return JSON.parse(text);
}
