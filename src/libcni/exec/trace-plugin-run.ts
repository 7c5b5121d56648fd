import { tracingChannel } from 'node:diagnostics_channel';
import type { Circumstances } from '../../errors/circumstances.js';
import { debuglog } from '../debug.js';

const debug = debuglog('exec');
const channel = tracingChannel('libcni:plugin');

/** The message of the tracing channel `libcni:plugin`, filled in as the run goes on. */
export interface PluginTrace extends Circumstances {
  /** Set at the end. */
  durationMs?: number;
  /** Set at the end. */
  outcome?: 'success' | 'failure';
}

/**
 * Publishes the start and end of a plugin run, so that any tracer can make a span of it. Parsing the output is part of
 * `run`, since an exit code of 0 alone does not mean success.
 */
export async function tracePluginRun<Value>(
  circumstances: Circumstances,
  run: () => Promise<Value>,
): Promise<Value> {
  // Before 20.13, Node does not tell whether there are any.
  if (channel.hasSubscribers === false && !process.env.DEBUG) return await run();
  const trace: PluginTrace = { ...circumstances };
  const start = performance.now();
  const finish = (outcome: 'success' | 'failure') => {
    trace.durationMs = performance.now() - start;
    trace.outcome = outcome;
    const shown = trace.durationMs.toFixed(1);
    const where = trace.network === undefined ? '' : ` of ${trace.network}`;
    debug('%s %s%s: %s after %s ms', trace.verb, trace.plugin, where, outcome, shown);
  };
  return await channel.tracePromise(async () => {
    try {
      const value = await run();
      finish('success');
      return value;
    } catch (error) {
      finish('failure');
      throw error;
    }
  }, trace);
}
