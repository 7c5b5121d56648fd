/** The actions of each signal, in the order in which they were added. */
interface Listeners {
  readonly actions: Set<() => void>;
  readonly run: () => void;
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/**
 * Runs `action` once when the signal is aborted. Returns a function that removes it. However many actions wait for a
 * signal, it has one listener of ours, since Node warns of a leak when there are many.
 */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  const { actions, run } = listenersOf.get(signal) ?? listen(signal);
  // The same action may be added twice.
  const own = () => action();
  actions.add(own);
  return () => {
    if (!actions.delete(own) || actions.size > 0) return;
    signal.removeEventListener('abort', run);
    listenersOf.delete(signal);
  };
}

function listen(signal: AbortSignal): Listeners {
  const actions = new Set<() => void>();
  const run = () => {
    listenersOf.delete(signal);
    const due = [...actions];
    actions.clear();
    for (const action of due) action();
  };
  const listeners = { actions, run };
  listenersOf.set(signal, listeners);
  signal.addEventListener('abort', run, { once: true });
  return listeners;
}
