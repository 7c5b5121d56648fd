// The interface of cri-o's ocicni (pkg/ocicni/types.go), on an operator.

import * as z from 'zod';
import { instance } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { ownCopy } from '../arguments/own-copy.js';
import { checkArgument, parseJsonArgument } from '../arguments/parse-argument.js';
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import type { CapabilityArgs } from '../libcni/index.js';
import {
  type AttachedNetwork,
  type AttachmentInfo,
  CNIOperator,
  type NetworkRequest,
  type OperatorGcReport,
  type OperatorOptions,
  type OperatorStatus,
} from '../operator/index.js';
import { FairQueue } from '../platform/locks/index.js';

const operatorField = lazy(() =>
  instance<CNIOperator>('a CNIOperator', (given) => given instanceof CNIOperator),
);

/** A pod in the form of ocicni (`PodNetwork`). */
export interface PodNetwork {
  readonly name: string;
  /** The Kubernetes namespace of the pod. */
  readonly namespace: string;
  /** The id of the sandbox. */
  readonly id: string;
  readonly uid?: string | undefined;
  /** Path of the network namespace; empty to tear down a pod whose namespace is gone. */
  readonly netns: string;
  /** @default the default network */
  readonly networks?: readonly NetworkRequest[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** For the default network, or the first listed one. */
  readonly capabilityArgs?: CapabilityArgs | undefined;
}

// The operator parses everything else.
const podField = lazy(() => z.looseObject({ name: z.string(), namespace: z.string(), id: z.string() }));
const podsField = lazy(() => z.array(podField()));

/** The interface of ocicni (`CNIPlugin`). Calls for one pod, by namespace and name, run one at a time. */
export interface OcicniPlugin {
  /** Attaches the pod. A failure detaches what was attached. */
  setUpPod(pod: PodNetwork, options?: OperatorOptions): Promise<readonly AttachedNetwork[]>;
  /** Detaches the pod from all networks in its records. */
  tearDownPod(pod: PodNetwork, options?: OperatorOptions): Promise<void>;
  /** Checks the networks of the pod and returns its addresses; throws faults that the check finds. */
  getPodNetworkStatus(pod: PodNetwork, options?: OperatorOptions): Promise<readonly AttachmentInfo[]>;
  /** Whether pods can be attached, and if not, why; `undefined` if there is no network. */
  status(options?: OperatorOptions): Promise<OperatorStatus | undefined>;
  /** Removes the recorded attachments of all other pods; `undefined` if there is no network. */
  gc(validPods: readonly PodNetwork[], options?: OperatorOptions): Promise<OperatorGcReport | undefined>;
  /** Ends the operator. Twice is fine. */
  shutdown(): Promise<void>;
}

/**
 * An operator behind the interface of ocicni.
 *
 * @param operator - `undefined` for a node without networks, where every call does nothing
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function ocicniPlugin(operator: CNIOperator | undefined): OcicniPlugin {
  if (operator === undefined) return new NoNetworks();
  checkArgument(operatorField(), operator, 'operator');
  const turns = new FairQueue();
  const inTurn = async <Value>(call: PodCall, work: (call: PodCall) => Promise<Value>) => {
    const own = ownCopy(call);
    const { namespace, name } = parseJsonArgument(podField(), own.pod, 'pod');
    const leave = await turns.enter(`${namespace}_${name}`);
    try {
      return await work(own);
    } finally {
      leave();
    }
  };
  return {
    setUpPod: (pod, options) =>
      inTurn(
        { pod, options },
        async (own) => (await operator.attach(requestOf(own.pod), own.options)).networks,
      ),
    tearDownPod: (pod, options) =>
      inTurn({ pod, options }, (own) => operator.detach({ id: own.pod.id }, own.options)),
    getPodNetworkStatus: (pod, options) => inTurn({ pod, options }, (own) => checkedNetworks(operator, own)),
    status: (options) => operator.status(options),
    gc: async (pods, options) => {
      const valid = parseJsonArgument(podsField(), pods, 'validPods').map(({ id }) => ({ id }));
      return await operator.gc({ valid }, options);
    },
    shutdown: () => operator[Symbol.asyncDispose](),
  };
}

/** What a call for a pod got. */
interface PodCall {
  readonly pod: PodNetwork;
  readonly options: OperatorOptions | undefined;
}

/** A node without networks: pods only have their namespace. */
class NoNetworks implements OcicniPlugin {
  async setUpPod(): Promise<readonly AttachedNetwork[]> {
    return [];
  }

  async tearDownPod(): Promise<void> {}

  async getPodNetworkStatus(): Promise<readonly AttachmentInfo[]> {
    return [];
  }

  async status(): Promise<undefined> {}

  async gc(): Promise<undefined> {}

  async shutdown(): Promise<void> {}
}

function requestOf({ id, name, namespace, uid, netns, networks, ...more }: PodNetwork) {
  const labels = {
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': namespace,
    ...(uid && { 'io.kubernetes.pod.uid': uid }),
  };
  // As in ocicni, an empty array means the default network.
  return { id, netns, labels, ...more, ...(networks?.length && { networks }) };
}

async function checkedNetworks(
  operator: CNIOperator,
  { pod: { id }, options }: PodCall,
): Promise<readonly AttachmentInfo[]> {
  const outcomes = await operator.check({ id }, options);
  const errors = outcomes.flatMap(({ outcome, error }) => (outcome === 'failed' && error ? [error] : []));
  if (errors.length > 0) throw new LibcniAggregateError(errors, `the networks of pod ${id} are not in order`);
  if (outcomes.length === 0)
    throw new LibcniError('ERR_NOT_FOUND', `pod ${id} is not attached to any network`, { containerId: id });
  return (await operator.inspect(id)).attachments;
}
