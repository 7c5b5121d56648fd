import type { SandboxContext } from '../context.js';
import { type PodSandbox, summaryOf } from './status.js';

/** Which sandboxes to list: those that match every key (CRI `PodSandboxFilter`, and more). */
export interface PodSandboxFilter {
  /** The beginning of the id. */
  readonly id?: string | undefined;
  readonly state?: PodSandbox['state'] | undefined;
  /** Labels that the pod must have, with these values. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The name of the pod. */
  readonly name?: string | undefined;
  /** The Kubernetes namespace of the pod. */
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
}

/** The sandboxes that match a filter, the newest first, without those with a corrupt checkpoint. */
export async function list(context: SandboxContext, filter: PodSandboxFilter): Promise<PodSandbox[]> {
  const { records } = await context.store.all();
  return records
    .map((record) => summaryOf(record))
    .filter((sandbox) => matches(sandbox, filter))
    .sort((one, other) => other.createdAt - one.createdAt);
}

function matches(
  sandbox: PodSandbox,
  { id = '', state, labels = {}, ...metadata }: PodSandboxFilter,
): boolean {
  const wanted = Object.entries(labels);
  const { name = sandbox.metadata.name, namespace = sandbox.metadata.namespace, uid } = metadata;
  return (
    sandbox.id.startsWith(id) &&
    (state === undefined || sandbox.state === state) &&
    sandbox.metadata.name === name &&
    sandbox.metadata.namespace === namespace &&
    (uid === undefined || sandbox.metadata.uid === uid) &&
    wanted.every(([key, value]) => sandbox.labels[key] === value)
  );
}
