import { LibcniError } from '../../errors/libcni-error.js';
import type { Runtime } from './runtime.js';

/** The choice of a runtime for a sandbox. */
export interface RuntimeChoice {
  /** The name of the runtime in the manager's options. @default an empty string, which is the default runtime */
  readonly runtimeHandler?: string | undefined;
  /** The name of a Kubernetes RuntimeClass, which selects the handler. @default none */
  readonly runtimeClass?: string | undefined;
}

/** The runtimes of a manager. */
export class RuntimeTable {
  readonly #runtimes: ReadonlyMap<string, Runtime>;
  readonly #classes: ReadonlyMap<string, string>;

  constructor(runtimes: Readonly<Record<string, Runtime>>, classes: Readonly<Record<string, string>>) {
    this.#runtimes = new Map(Object.entries(runtimes));
    this.#classes = new Map(Object.entries(classes));
  }

  /** The name of the chosen runtime. @throws LibcniError `ERR_NOT_FOUND` that lists the runtimes */
  choose({ runtimeHandler = '', runtimeClass }: RuntimeChoice): string {
    const handler = runtimeClass ? this.#handlerOf(runtimeClass) : runtimeHandler;
    this.get(handler);
    return handler;
  }

  /** @throws LibcniError `ERR_NOT_FOUND` that lists the runtimes */
  get(handler: string): Runtime {
    const runtime = this.#runtimes.get(handler);
    if (runtime !== undefined) return runtime;
    throw notFound('runtime handler', handler, this.#runtimes);
  }

  /** All runtimes, without duplicates. */
  all(): Runtime[] {
    return [...new Set(this.#runtimes.values())];
  }

  #handlerOf(runtimeClass: string): string {
    const handler = this.#classes.get(runtimeClass);
    if (handler !== undefined) return handler;
    throw notFound('RuntimeClass', runtimeClass, this.#classes);
  }
}

function notFound(what: string, name: string, known: ReadonlyMap<string, unknown>): LibcniError {
  const names = [...known.keys()].map((key) => (key === '' ? '"" (the default)' : key)).join(', ');
  const summary = `there is no ${what} ${JSON.stringify(name)}; there are: ${names || 'none'}`;
  return new LibcniError('ERR_NOT_FOUND', summary, { value: name });
}
