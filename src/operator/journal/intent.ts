import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { createResult, type Result, type RuntimeConf } from '../../libcni/index.js';
import type { AttachmentKey } from '../attachment-key.js';

const JOURNAL_KIND = 'libcniJournalV1';

const intentSchema = lazy(() =>
  z.object({
    kind: z.literal(JOURNAL_KIND),
    id: z.string().optional(),
    network: z.string(),
    containerId: z.string(),
    ifName: z.string(),
    netns: z.string(),
    config: z.string(),
    netnsIdentity: z.string().optional(),
    interfaceIndex: z.number().optional(),
    args: z.array(z.tuple([z.string(), z.string()])).optional(),
    capabilityArgs: z.record(z.string(), z.unknown()).optional(),
  }),
);

/** An ADD that was begun: all that a DEL needs. */
export interface Intent extends AttachmentKey {
  /** Tells it from every other intent of the attachment. */
  readonly id?: string | undefined;
  readonly netns: string;
  /** The text of the network's configuration. */
  readonly config: string;
  readonly args?: RuntimeConf['args'];
  readonly capabilityArgs?: RuntimeConf['capabilityArgs'];
  /** The last result, once there is one. */
  readonly result?: Result | undefined;
  /** Which namespace was at `netns` before the first plugin, as text. @default not known */
  readonly netnsIdentity?: string | undefined;
  /** The index of what had the name of its interface then, 0 for nothing. @default not known */
  readonly interfaceIndex?: number | undefined;
}

/** The text of an intent, without what its files tell. */
export function formatIntent({ result: _, ...intent }: Intent): string {
  return JSON.stringify({ kind: JOURNAL_KIND, ...intent });
}

/** The intent in a string; `undefined` where there is none. */
export function parseIntent(text: string): Intent | undefined {
  try {
    const { kind: _, ...intent } = intentSchema().parse(JSON.parse(text));
    return intent;
  } catch {
    return undefined;
  }
}

/** The result in a string; `undefined` where there is none. */
export function parseProgress(text: string): Result | undefined {
  try {
    return createResult(text);
  } catch {
    return undefined;
  }
}
