import type { CNIConfig, LibcniWarning } from '../../libcni/index.js';

interface Collection {
  readonly containerId: string;
  readonly warnings: LibcniWarning[];
}

/** Tells operations which warnings of the library concern their container. */
export class WarningCollector {
  readonly #cni: CNIConfig;
  readonly #collections = new Set<Collection>();

  /** Listens once, however many operations there will be at a time. */
  constructor(cni: CNIConfig) {
    this.#cni = cni;
    cni.on('warning', (warning) => {
      for (const { containerId, warnings } of this.#collections) {
        if (warning.containerId === containerId) warnings.push(warning);
      }
    });
  }

  /** Collects the warnings that concern a container while `use` runs. */
  async collect<Value>(
    containerId: string,
    use: (warnings: readonly LibcniWarning[]) => Promise<Value>,
  ): Promise<Value> {
    const collection: Collection = { containerId, warnings: [] };
    this.#collections.add(collection);
    try {
      return await use(collection.warnings);
    } finally {
      this.#collections.delete(collection);
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
