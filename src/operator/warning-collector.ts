import type { CNIConfig, LibcniWarning } from '../libcni/index.js';
import { type AttachmentKey, isSameAttachment } from './attachment-key.js';

interface Collection {
  readonly key: AttachmentKey;
  readonly warnings: LibcniWarning[];
}

/** Gives operations the library's warnings about their attachment. */
export class WarningCollector {
  readonly #cni: CNIConfig;
  readonly #collections = new Set<Collection>();

  /** Adds one listener, however many operations run at a time. */
  constructor(cni: CNIConfig) {
    this.#cni = cni;
    cni.on('warning', (warning) => {
      for (const { key, warnings } of this.#collections) {
        if (isSameAttachment(warning, key)) warnings.push(warning);
      }
    });
  }

  /**
   * Collects the warnings about an attachment while `use` runs, and adds them to `warnings` in the end. The caller holds
   * the lock of the attachment, so no other operation causes any meanwhile.
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

  /** Passes a warning on. A listener that throws must not stop an operation: its error surfaces separately. */
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
