import type { SandboxContext } from './context.js';
import type { SandboxEvent } from './events.js';
import type { SandboxRecord } from './state/sandbox-record.js';

/** A sandbox while something is done to it, under its lock. */
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

  /** Writes changes of the record to disk; it counts once it is there. @throws LibcniError `ERR_CACHE` */
  async change(changes: Partial<SandboxRecord>): Promise<void> {
    const changed = { ...this.#record, ...changes };
    await this.context.store.write(changed);
    this.#record = changed;
  }
}
