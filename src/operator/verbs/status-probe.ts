import { abortedError } from '../../errors/aborted-error.js';
import type { LibcniError } from '../../errors/libcni-error.js';
import { onAbort } from '../../platform/helper/on-abort.js';
import type { OperatorOptions } from '../request/request.js';
import type { OperatorContext } from './context.js';
import { type OperatorStatus, readStatus } from './status.js';

const MAX_AGE_MS = 1000;

/** One query of all networks, shared by callers. */
interface Probe {
  readonly timeoutMs: number | undefined;
  readonly answer: Promise<OperatorStatus>;
  readonly cancelling: AbortController;
  waiting: number;
  /** When the answer came; absent before. */
  at?: number;
}

/**
 * Queries the status once for all callers within a second, or while others wait for the same answer. If a caller gives
 * up, the others still get theirs; plugins are stopped when nobody waits any more.
 */
export class StatusProbe {
  readonly #context: OperatorContext;
  #probe: Probe | undefined;

  constructor(context: OperatorContext) {
    this.#context = context;
  }

  /** @throws LibcniError `ERR_ABORTED` */
  async status(options: OperatorOptions): Promise<OperatorStatus> {
    const { signal } = options;
    if (signal?.aborted) throw aborted(signal);
    const probe = this.#current(options) ?? this.#start(options);
    probe.waiting += 1;
    try {
      return await untilAborted(probe.answer, signal);
    } finally {
      probe.waiting -= 1;
      if (probe.waiting === 0 && probe.at === undefined) this.#cancel(probe);
    }
  }

  /** Makes the next caller query again. Waiting callers still get their answer. */
  forget(): void {
    this.#probe = undefined;
  }

  /** The answer depends on the caller's limits, so only callers with the same limits share it. */
  #current({ timeoutMs }: OperatorOptions): Probe | undefined {
    const probe = this.#probe;
    if (probe === undefined || probe.timeoutMs !== timeoutMs) return undefined;
    return probe.at === undefined || performance.now() - probe.at <= MAX_AGE_MS ? probe : undefined;
  }

  #start({ timeoutMs, trace }: OperatorOptions): Probe {
    const cancelling = new AbortController();
    const answer = readStatus(this.#context, { timeoutMs, trace, signal: cancelling.signal });
    const probe: Probe = { timeoutMs, answer, cancelling, waiting: 0 };
    this.#probe = probe;
    const note = () => {
      probe.at = performance.now();
    };
    answer.then(note, () => this.#drop(probe));
    return probe;
  }

  #cancel(probe: Probe): void {
    this.#drop(probe);
    probe.cancelling.abort(new Error('nobody waits for the status any more'));
  }

  #drop(probe: Probe): void {
    if (this.#probe === probe) this.#probe = undefined;
  }
}

async function untilAborted<Value>(answer: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await answer;
  let forget = () => {};
  const given = new Promise<never>((_, reject) => {
    forget = onAbort(signal, () => reject(aborted(signal)));
  });
  try {
    return await Promise.race([answer, given]);
  } finally {
    forget();
  }
}

function aborted(signal: AbortSignal): LibcniError {
  return abortedError(signal, 'ended by the caller', { verb: 'STATUS' });
}
