import { hurrySyncs, syncLater } from '../../files/sync-later.js';
import { type HeldLock, type LockStore, Patience } from '../../platform/locks/index.js';
import { recordName } from '../attachment-key.js';
import type { Intent } from '../journal/intent.js';
import type { Journal } from '../journal/journal.js';
import type { Records } from '../records/records.js';
import type { WarningCollector } from '../warning-collector.js';
import { warnThatIntentStays } from './intent-stays.js';

/** The holder of the attachment's lock may be about to forget the intent. */
const PAUSE_MS = 20;

/** What is needed to forget an intent. */
interface EndParts {
  readonly journal: Journal;
  readonly locks: LockStore;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/**
 * Forgets the intents of ADDs once their records survive a crash of the machine. ADDs do not wait for that. Until then,
 * the intent exists beside the record.
 */
export class LateEnds {
  readonly #parts: EndParts;
  readonly #pending = new Set<Promise<void>>();
  #isClosing = false;

  constructor(parts: EndParts) {
    this.#parts = parts;
  }

  /** Called when the ADD of this intent is recorded. */
  add(intent: Intent): void {
    const ending = this.#end(intent).then(() => {
      this.#pending.delete(ending);
    });
    this.#pending.add(ending);
  }

  /** Forgets all of them, except those whose attachment somebody is working on: whoever it is forgets them too. */
  async close(): Promise<void> {
    this.#isClosing = true;
    hurrySyncs();
    await Promise.all(this.#pending);
  }

  /** `recover()` forgets any intent that stays. */
  async #end(intent: Intent): Promise<void> {
    const { journal, locks, records } = this.#parts;
    const { id } = intent;
    const isThere = async () => {
      const found = await journal.look(intent);
      // Something else is in its place.
      return found !== undefined && (found.intent === undefined || found.intent.id === id);
    };
    try {
      const name = recordName(intent);
      await syncLater(records.fileOf(name));
      const end = async ({ isHeld }: HeldLock) => {
        if ((await isThere()) && isHeld()) await journal.end(intent);
        return true;
      };
      // A detach forgets it too, and an attach may have started another one since.
      for (const patience = new Patience(); await isThere(); ) {
        if ((await locks.withFreeLock(name, end)) || this.#isClosing) return;
        await patience.pause(PAUSE_MS, locks.fileOf(name));
      }
    } catch (cause) {
      warnThatIntentStays(this.#parts, intent, cause);
    }
  }
}
