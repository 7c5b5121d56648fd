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

/** An ADD in progress: everything that a DEL needs. */
export interface Intent extends AttachmentKey {
  /** Tells it from every other intent of the attachment. */
  readonly id?: string | undefined;
  readonly netns: string;
  /** The network's configuration as JSON. */
  readonly config: string;
  readonly args?: RuntimeConf['args'];
  readonly capabilityArgs?: RuntimeConf['capabilityArgs'];
  /** The identity of the namespace at `netns` before the first plugin. @default unknown */
  readonly netnsIdentity?: string | undefined;
  /** The index of the interface of that name then, 0 if there was none. @default unknown */
  readonly interfaceIndex?: number | undefined;
}

/** Serialises an intent. */
export function formatIntent(intent: Intent): string {
  return JSON.stringify({ kind: JOURNAL_KIND, ...intent });
}

/** Parses an intent; `undefined` if it is not one. */
export function parseIntent(text: string): Intent | undefined {
  try {
    const { kind: _, ...intent } = intentSchema().parse(JSON.parse(text));
    return intent;
  } catch {
    return undefined;
  }
}

/** Parses a result; `undefined` if it is not one. */
export function parseProgress(text: string): Result | undefined {
  try {
    return createResult(text);
  } catch {
    return undefined;
  }
}
