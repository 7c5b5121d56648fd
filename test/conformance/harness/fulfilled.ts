import type { Observation } from './observe.js';
import type { Operation } from './protocol.js';

/** What is there to run plugins. */
const VERBS: readonly Operation[] = ['add', 'check', 'del', 'validate', 'gc', 'status', 'version'];

/** What is there to find something. */
const LOOKUPS: readonly Operation[] = [
  'cached-result',
  'cached-config',
  'attachments',
  'drop-ins',
  'conf-files',
];

/** Whether an operation did what it is there for: success alone can mean that there was nothing to do. */
export function isFulfilled(op: Operation, { answer: { outcome, value }, runs }: Observation): boolean {
  if (outcome !== 'ok') return false;
  if (VERBS.includes(op)) return runs.length > 0;
  return !LOOKUPS.includes(op) || !isNothing(value);
}

function isNothing(value: unknown): boolean {
  return (value ?? null) === null || (Array.isArray(value) && value.length === 0);
}
