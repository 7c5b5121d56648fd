import type { CNIConfig, Exec } from '../../libcni/index.js';
import type { HelperClient } from '../../platform/helper/index.js';
import type { LockStore } from '../../platform/locks/index.js';
import type { Attachment } from '../attachment.js';
import type { AttachmentKey } from '../attachment-key.js';
import type { ConfStore } from '../conf-store/index.js';
import type { Journal } from '../journal/journal.js';
import type { GcGate } from '../locks/gc-gate.js';
import type { OwnAttachments } from '../records/own-attachments.js';
import { recordNow, type UnusableRecord } from '../records/recorded-attachment.js';
import type { Records } from '../records/records.js';
import type { LateEnds } from '../undo/late-ends.js';
import type { WarningCollector } from '../warning-collector.js';

/** What the operations of an operator share. */
export interface OperatorContext {
  readonly cni: CNIConfig;
  readonly exec: Exec;
  readonly store: ConfStore;
  readonly locks: LockStore;
  readonly gate: GcGate;
  readonly journal: Journal;
  /** Forgets intents whose records are not synced yet; `undefined` if every ADD waits for that. */
  readonly lateEnds: LateEnds | undefined;
  readonly own: OwnAttachments;
  readonly warnings: WarningCollector;
  readonly helper: HelperClient;
  readonly records: Records;
  readonly loopback: 'helper' | 'plugin' | 'none';
  /** Whether a request that looks wrong is an error. */
  readonly strict: boolean;
}

/** The current record of an attachment; `undefined` if there is none. */
export function recordOf(
  { records, store }: OperatorContext,
  key: AttachmentKey,
): Attachment | UnusableRecord | undefined {
  return recordNow(key, { records, snapshot: store.snapshot() });
}
