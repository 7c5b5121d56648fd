import type { SandboxContext } from './context.js';
import type { SandboxEvent } from './events.js';
import type { SandboxRecord } from './state/sandbox-record.js';

/** A sandbox that is being changed, under its lock. */
export class LiveSandbox {
  readonly context: SandboxContext;
  readonly verb: SandboxEvent['verb'];
  #record: SandboxRecord;

  constructor(context: SandboxContext, verb: SandboxEvent['verb'], record: SandboxRecord) {
    this.context = context;
    this.verb = verb;
    this.#record = record;
  }

  get record(): SandboxRecord {
    return this.#record;
  }

  get id(): string {
    return this.#record.id;
  }

  /**
   * Writes changes of the record to disk, in case this process ends. Not synced: a power failure also ends namespace,
   * network and process, so that the last {@link settle} says enough.
   *
   * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`
   */
  async change(changes: Partial<SandboxRecord>): Promise<void> {
    await this.#write(changes, { sync: false });
  }

  /** Writes changes that must survive a power failure. @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION` */
  async settle(changes: Partial<SandboxRecord>): Promise<void> {
    await this.#write(changes, { sync: true });
  }

  /** Changes the record without writing it; the next change writes both. */
  note(changes: Partial<SandboxRecord>): void {
    this.#record = { ...this.#record, ...changes };
  }

  async #write(changes: Partial<SandboxRecord>, { sync }: { readonly sync: boolean }): Promise<void> {
    const changed = { ...this.#record, ...changes };
    await this.context.store.write(changed, { sync });
    this.#record = changed;
  }
}
