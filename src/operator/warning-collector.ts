import type { CNIConfig, LibcniWarning } from '../libcni/index.js';
import { type AttachmentKey, isSameAttachment } from './attachment-key.js';

interface Collection {
  readonly key: AttachmentKey;
  readonly warnings: LibcniWarning[];
}

/** Tells operations which warnings of the library concern their attachment. */
export class WarningCollector {
  readonly #cni: CNIConfig;
  readonly #collections = new Set<Collection>();

  /** Listens once, however many operations there will be at a time. */
  constructor(cni: CNIConfig) {
    this.#cni = cni;
    cni.on('warning', (warning) => {
      for (const { key, warnings } of this.#collections) {
        if (isSameAttachment(warning, key)) warnings.push(warning);
      }
    });
  }

  /**
   * Collects the warnings that concern an attachment while `use` runs, and adds them to `warnings` in the end. The
   * caller has the lock of the attachment, so no other operation causes any meanwhile.
   */
  async collect<Value>(
    key: AttachmentKey,
    warnings: LibcniWarning[],
    use: (found: readonly LibcniWarning[]) => Promise<Value>,
  ): Promise<Value> {
    const collection: Collection = { key, warnings: [] };
    this.#collections.add(collection);
    try {
      return await use(collection.warnings);
    } finally {
      this.#collections.delete(collection);
      warnings.push(...collection.warnings);
    }
  }

  /** Passes a warning on. A listener that throws is not to stop an operation: its error surfaces on its own. */
  warn(warning: LibcniWarning): void {
    try {
      this.#cni.emit('warning', warning);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
