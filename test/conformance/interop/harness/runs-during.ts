import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { PluginTrace } from '../../../../src/index.js';

const CHANNEL = 'tracing:libcni:plugin:asyncEnd';

/** The plugins that this library ran while it did something, as `VERB type`, in order. */
export async function runsDuring(act: () => Promise<unknown>): Promise<string[]> {
  const runs: string[] = [];
  const note = (message: unknown) => {
    const { verb, plugin } = message as PluginTrace;
    runs.push(`${verb} ${plugin}`);
  };
  subscribe(CHANNEL, note);
  try {
    await act();
  } finally {
    unsubscribe(CHANNEL, note);
  }
  return runs;
}
