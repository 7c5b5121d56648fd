import { join } from 'node:path';
import { LibcniError } from 'libcni';
import type { Container } from './containers.js';
import { requests } from './messages.js';
import { nanoseconds } from './pod-methods.js';
import { type Node, onlyId } from './runtime-service.js';
import type { Methods } from './serve.js';

/** The methods of RuntimeService for containers. */
export function containerMethods({ pods, containers, images }: Node): Methods {
  const idOf = async (wanted: string) => onlyId('container', wanted, await containers.ids());
  const orGone = (wanted: string) => idOf(wanted).catch(() => undefined);
  return {
    async CreateContainer(request, signal) {
      const { podSandboxId, config, sandboxConfig } = requests.createContainer.parse(request);
      const pod = await pods.status(podSandboxId, { signal });
      if (pod.state !== 'ready') throw new LibcniError('ERR_CONFLICT', `pod ${podSandboxId} is not ready`);
      const image = await images.get(config.image.image);
      const logFile = config.logPath && join(sandboxConfig.logDirectory, config.logPath);
      const cgroupParent = sandboxConfig.linux?.cgroupParent ?? '';
      return { containerId: await containers.create({ pod, config, image, logFile, cgroupParent }, signal) };
    },
    async StartContainer(request, signal) {
      await containers.start(await idOf(requests.container.parse(request).containerId), signal);
      return {};
    },
    async StopContainer(request, signal) {
      const { containerId, timeout } = requests.stopContainer.parse(request);
      const id = await orGone(containerId);
      if (id !== undefined) await containers.stop(id, timeout * 1000, signal);
      return {};
    },
    async RemoveContainer(request, signal) {
      const id = await orGone(requests.container.parse(request).containerId);
      if (id !== undefined) await containers.remove(id, signal);
      return {};
    },
    async ListContainers(request) {
      const { filter } = requests.listContainers.parse(request);
      const labels = Object.entries(filter?.labelSelector ?? {});
      const found = await containers.list({ id: filter?.id, podId: filter?.podSandboxId });
      const wanted = found
        .filter(({ state }) => !filter?.state || state === filter.state.state)
        .filter(({ config }) => labels.every(([key, value]) => config.labels[key] === value));
      return { containers: wanted.map(listMessage) };
    },
    async ContainerStatus(request) {
      const id = await idOf(requests.container.parse(request).containerId);
      return { status: statusMessage(await containers.get(id)), info: {} };
    },
    async ExecSync(request, signal) {
      const { containerId, cmd, timeout } = requests.execSync.parse(request);
      return await containers.exec(await idOf(containerId), { cmd, timeoutMs: timeout * 1000, signal });
    },
  };
}

function listMessage({ id, podId, config, imageId, state, createdAt }: Container) {
  const { metadata, labels, annotations } = config;
  const image = { image: config.image.image, userSpecifiedImage: config.image.userSpecifiedImage };
  return {
    id,
    podSandboxId: podId,
    metadata,
    labels,
    annotations,
    image,
    imageRef: imageId,
    imageId,
    state,
    createdAt: nanoseconds(createdAt),
  };
}

function statusMessage(container: Container) {
  const { startedAt, finishedAt, exitCode = 0, logFile, config } = container;
  const { podSandboxId: _, ...status } = listMessage(container);
  return {
    ...status,
    startedAt: nanoseconds(startedAt ?? 0),
    finishedAt: nanoseconds(finishedAt ?? 0),
    exitCode,
    reason: finishedAt === undefined ? '' : exitCode === 0 ? 'Completed' : 'Error',
    mounts: config.mounts,
    logPath: logFile,
  };
}
