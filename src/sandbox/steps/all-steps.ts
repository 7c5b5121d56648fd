import type { SandboxRecord, SandboxStep } from '../state/sandbox-record.js';
import { bind } from './bind.js';
import { claim } from './claim.js';
import { files } from './files.js';
import { logs } from './logs.js';
import { namespace } from './namespace.js';
import { network } from './network.js';
import { create, start } from './runtime-steps.js';
import type { Step } from './step.js';

const steps: Readonly<Record<SandboxStep, Step>> = {
  claim,
  logs,
  namespace,
  network,
  files,
  create,
  bind,
  start,
};

const NETWORK_FIRST: readonly SandboxStep[] = [
  'claim',
  'logs',
  'namespace',
  'network',
  'files',
  'create',
  'start',
];
/** The network needs a namespace that only the runtime can create. */
const CREATE_FIRST: readonly SandboxStep[] = ['claim', 'logs', 'files', 'create', 'bind', 'network', 'start'];
const START_FIRST: readonly SandboxStep[] = [
  'claim',
  'logs',
  'namespace',
  'files',
  'create',
  'bind',
  'start',
  'network',
];

export function stepNamed(name: SandboxStep): Step {
  return steps[name];
}

/** The steps of a sandbox in the order of `run`. */
export function stepsOf(record: Pick<SandboxRecord, 'startFirst' | 'config'>): readonly SandboxStep[] {
  if (record.startFirst) return START_FIRST;
  const hasUsers = record.config.linux?.securityContext?.namespaceOptions?.users !== undefined;
  return hasUsers ? CREATE_FIRST : NETWORK_FIRST;
}
