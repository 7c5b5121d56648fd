import { LibcniAggregateError, LibcniError, PluginError } from '../../../src/index.js';
import { confOperations } from './ours-conf.js';
import { nameOperations } from './ours-names.js';
import { verbOperations } from './ours-verbs.js';
import type { Answer, Operation, Request } from './protocol.js';

type Perform = (request: Request) => unknown;

/** What this library does for each operation. */
export const operations: Readonly<Record<Operation, Perform>> = {
  ...confOperations,
  ...nameOperations,
  ...verbOperations,
};

/** Makes this library perform a request, and returns the outcome in the format of the oracle. */
export async function askOurs(request: Request): Promise<Answer> {
  try {
    const value = await operations[request.op](request);
    return { outcome: 'ok', value: JSON.parse(JSON.stringify(value ?? null)) };
  } catch (error) {
    return failed(error, request.op);
  }
}

function failed(error: unknown, op: Operation): Answer {
  if (error instanceof LibcniAggregateError) return ofAggregate(error, op);
  if (error instanceof PluginError) return ofPlugin(error);
  // There are no namespaces here, so the plugin's own error is the cause.
  if (error instanceof LibcniError && error.code === 'ERR_NETNS' && error.cause instanceof PluginError)
    return ofPlugin(error.cause);
  if (!(error instanceof LibcniError)) return { outcome: 'panic', message: String(error) };
  return { outcome: 'error', message: `${error.code}: ${error.message}`, kind: kindOf(error, op) };
}

function kindOf({ code, message }: LibcniError, op: Operation): string {
  const known = isLookup(op) || code === 'ERR_CHECK_UNSUPPORTED' ? told[code] : undefined;
  const ofName = nameFindings.find(([finding]) => code === 'ERR_CONF_INVALID' && finding.test(message));
  return known ?? ofName?.[1] ?? 'other';
}

/** This library's errors about names, for which Go has codes. */
const nameFindings = [
  [/^container id is missing/, 'code-3'],
  [/^container id /, 'code-4'],
  [/^interface name /, 'code-4'],
  [/^network name /, 'code-7'],
] as const;

const told: Readonly<Partial<Record<string, string>>> = {
  ERR_CONF_NOT_FOUND: 'not-found',
  ERR_NO_CONFIGS: 'no-configs',
  ERR_CHECK_UNSUPPORTED: 'check-unsupported',
};

function isLookup(op: Operation): boolean {
  return op === 'load-network' || op === 'load-conf';
}

function ofPlugin(error: PluginError): Answer {
  const { message, reason, code, msg, details } = error;
  if (reason === 'exit' || reason === 'killed') return { outcome: 'error', message, kind: 'plugin-failed' };
  if (reason !== 'reported') return { outcome: 'error', message, kind: 'other' };
  return {
    outcome: 'error',
    message,
    kind: 'reported',
    reported: { code, msg, ...(details && { details }) },
  };
}

/** Go joins the errors of GC so that the first one with a code can be found. It joins those of VALIDATE to one message. */
function ofAggregate({ errors, message }: LibcniAggregateError, op: Operation): Answer {
  const first = errors.map((error) => failed(error, op)).find(({ kind }) => kind !== 'other');
  if (op === 'gc' && first) return { ...first, message };
  return { outcome: 'error', message, kind: 'other' };
}
