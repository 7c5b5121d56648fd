import { readFile } from 'node:fs/promises';
import type { PodSandbox, PodSandboxManager, PodSandboxStatus } from 'libcni';
import { requests } from './messages.js';
import { podSandboxConfig } from './pod-config.js';
import { type Node, onlyId } from './runtime-service.js';
import type { Methods } from './serve.js';

/** The methods of RuntimeService for pods. */
export function podMethods({ pods, containers }: Node): Methods {
  return {
    async RunPodSandbox(request, signal) {
      const { config, runtimeHandler } = requests.runPod.parse(request);
      return { podSandboxId: await pods.run(podSandboxConfig(config), { runtimeHandler, signal }) };
    },
    async StopPodSandbox(request, signal) {
      const id = await idOf(pods, requests.pod.parse(request).podSandboxId);
      for (const container of await containers.list({ podId: id }))
        await containers.stop(container.id, 0, signal);
      // The process of the pod has nothing to finish.
      await pods.stop(id, { graceMs: 0, signal });
      return {};
    },
    async RemovePodSandbox(request, signal) {
      const id = await idOf(pods, requests.pod.parse(request).podSandboxId);
      for (const container of await containers.list({ podId: id }))
        await containers.remove(container.id, signal);
      await pods.remove(id, { signal });
      return {};
    },
    async PodSandboxStatus(request, signal) {
      const { podSandboxId } = requests.pod.parse(request);
      const found = (await pods.list({ id: podSandboxId })).map(({ id }) => id);
      const status = await pods.status(onlyId('pod', podSandboxId, found), { signal });
      return { status: statusMessage(status), info: {} };
    },
    async ListPodSandbox(request) {
      const { id = '', state, labelSelector = {} } = requests.listPods.parse(request).filter ?? {};
      const wanted = state?.state === 'SANDBOX_READY' ? 'ready' : 'notready';
      const filter = { id, labels: labelSelector, ...(state && ({ state: wanted } as const)) };
      return { items: (await pods.list(filter)).map(podMessage) };
    },
    async PodSandboxStats(request, signal) {
      const { podSandboxId } = requests.pod.parse(request);
      const found = (await pods.list({ id: podSandboxId })).map(({ id }) => id);
      const status = await pods.status(onlyId('pod', podSandboxId, found), { signal });
      const { id, metadata, labels, annotations } = status;
      return {
        stats: {
          attributes: { id, metadata, labels, annotations },
          linux: { network: await networkUsage(status) },
        },
      };
    },
  };
}

/** The full id. An unknown id is returned unchanged, since a pod that is gone may be stopped and removed again. */
async function idOf(pods: PodSandboxManager, wanted: string): Promise<string> {
  const found = wanted === '' ? [] : await pods.list({ id: wanted });
  return found.length === 0
    ? wanted || 'none'
    : onlyId(
        'pod',
        wanted,
        found.map(({ id }) => id),
      );
}

function podMessage({ id, metadata, state, createdAt, labels, annotations, runtimeHandler }: PodSandbox) {
  return {
    id,
    metadata,
    labels,
    annotations,
    runtimeHandler,
    state: state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    createdAt: nanoseconds(createdAt),
  };
}

function statusMessage(status: PodSandboxStatus) {
  const { ipv4, ipv6, isHost } = status.network;
  const [ip = '', ...others] = [...ipv4, ...ipv6];
  return {
    ...podMessage(status),
    network: { ip, additionalIps: others.map((each) => ({ ip: each })) },
    linux: { namespaces: { options: { network: isHost ? 'NODE' : 'POD' } } },
  };
}

/** Converts milliseconds since 1970 to CRI's nanoseconds. A string, since a number would lose the last digits. */
export function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds)}000000`;
}

/** The kernel's traffic counters for the interfaces of a pod. */
async function networkUsage({ pid, network }: PodSandboxStatus) {
  if (pid === undefined || network.isHost) return null;
  const [, , ...lines] = (await readFile(`/proc/${pid}/net/dev`, 'utf8')).trim().split('\n');
  const usages = lines.map(usageOf).filter(({ name }) => name !== 'lo');
  const [defaultInterface = null, ...interfaces] = usages;
  return { timestamp: nanoseconds(Date.now()), defaultInterface, interfaces };
}

function usageOf(line: string) {
  const [name = '', counters = ''] = line.trim().split(/:\s*/);
  const numbers = counters.split(/\s+/).map((value) => ({ value }));
  const [rxBytes, , rxErrors, , , , , , txBytes, , txErrors] = numbers;
  return { name, rxBytes, rxErrors, txBytes, txErrors };
}
