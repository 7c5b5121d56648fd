import type { Observation } from './observe.js';
import type { Operation } from './protocol.js';

/** Operations that run plugins. */
const VERBS: readonly Operation[] = ['add', 'check', 'del', 'validate', 'gc', 'status', 'version'];

/** Operations that find something. */
const LOOKUPS: readonly Operation[] = [
  'cached-result',
  'cached-config',
  'attachments',
  'drop-ins',
  'conf-files',
];

/** Whether an operation did its actual work: success can also mean that there was nothing to do. */
export function isFulfilled(op: Operation, { answer: { outcome, value }, runs }: Observation): boolean {
  if (outcome !== 'ok') return false;
  if (VERBS.includes(op)) return runs.length > 0;
  return !LOOKUPS.includes(op) || !isNothing(value);
}

function isNothing(value: unknown): boolean {
  return (value ?? null) === null || (Array.isArray(value) && value.length === 0);
}
