// The parts of CRI's messages that this server uses, as @grpc/proto-loader returns them: keys in camel case,
// enumerations as their names, absent messages as null.
import * as z from 'zod';

const texts = z.record(z.string(), z.string());
const wrapped = z.object({ value: z.number() }).nullish();
const mode = z.enum(['POD', 'CONTAINER', 'NODE', 'TARGET']);

const namespaceOptions = z.object({
  network: mode,
  pid: mode,
  ipc: mode,
  targetId: z.string(),
  usernsOptions: z.object({ mode }).nullish(),
});

const resources = z.object({
  cpuPeriod: z.number(),
  cpuQuota: z.number(),
  cpuShares: z.number(),
  memoryLimitInBytes: z.number(),
  oomScoreAdj: z.number(),
  cpusetCpus: z.string(),
  cpusetMems: z.string(),
});

const podSecurity = z.object({
  namespaceOptions: namespaceOptions.nullish(),
  runAsUser: wrapped,
  runAsGroup: wrapped,
  supplementalGroups: z.array(z.number()),
  privileged: z.boolean(),
});

/** `PodSandboxConfig` */
const podConfig = z.object({
  metadata: z.object({ name: z.string(), uid: z.string(), namespace: z.string(), attempt: z.number() }),
  hostname: z.string(),
  logDirectory: z.string(),
  dnsConfig: z
    .object({ servers: z.array(z.string()), searches: z.array(z.string()), options: z.array(z.string()) })
    .nullish(),
  portMappings: z.array(
    z.object({
      protocol: z.string(),
      containerPort: z.number(),
      hostPort: z.number(),
      hostIp: z.string(),
    }),
  ),
  labels: texts,
  annotations: texts,
  linux: z
    .object({ cgroupParent: z.string(), sysctls: texts, securityContext: podSecurity.nullish() })
    .nullish(),
});

const containerSecurity = z.object({
  capabilities: z
    .object({ addCapabilities: z.array(z.string()), dropCapabilities: z.array(z.string()) })
    .nullish(),
  privileged: z.boolean(),
  namespaceOptions: namespaceOptions.nullish(),
  runAsUser: wrapped,
  runAsGroup: wrapped,
  supplementalGroups: z.array(z.number()),
  readonlyRootfs: z.boolean(),
  noNewPrivs: z.boolean(),
});

/** Bytes if they come from the network, a string if they come from disk. */
const bytes = z.union([z.string(), z.instanceof(Buffer)]).transform(String);

/** `ContainerConfig` */
export const containerConfig = z.object({
  metadata: z.object({ name: z.string(), attempt: z.number() }),
  image: z.object({ image: z.string(), userSpecifiedImage: z.string() }),
  command: z.array(z.string()),
  args: z.array(z.string()),
  workingDir: z.string(),
  envs: z.array(z.object({ key: z.string(), value: bytes })),
  mounts: z.array(
    z.object({
      containerPath: z.string(),
      hostPath: z.string(),
      readonly: z.boolean(),
      propagation: z.enum([
        'PROPAGATION_PRIVATE',
        'PROPAGATION_HOST_TO_CONTAINER',
        'PROPAGATION_BIDIRECTIONAL',
      ]),
    }),
  ),
  labels: texts,
  annotations: texts,
  logPath: z.string(),
  stdin: z.boolean(),
  tty: z.boolean(),
  linux: z.object({ resources: resources.nullish(), securityContext: containerSecurity.nullish() }).nullish(),
});

const podState = z.enum(['SANDBOX_READY', 'SANDBOX_NOTREADY']);
const containerState = z.enum([
  'CONTAINER_CREATED',
  'CONTAINER_RUNNING',
  'CONTAINER_EXITED',
  'CONTAINER_UNKNOWN',
]);

export const requests = {
  version: z.object({ version: z.string() }),
  status: z.object({ verbose: z.boolean() }),
  runPod: z.object({ config: podConfig, runtimeHandler: z.string() }),
  pod: z.object({ podSandboxId: z.string() }),
  listPods: z.object({
    filter: z
      .object({ id: z.string(), state: z.object({ state: podState }).nullish(), labelSelector: texts })
      .nullish(),
  }),
  createContainer: z.object({ podSandboxId: z.string(), config: containerConfig, sandboxConfig: podConfig }),
  container: z.object({ containerId: z.string() }),
  stopContainer: z.object({ containerId: z.string(), timeout: z.number() }),
  listContainers: z.object({
    filter: z
      .object({
        id: z.string(),
        podSandboxId: z.string(),
        state: z.object({ state: containerState }).nullish(),
        labelSelector: texts,
      })
      .nullish(),
  }),
  execSync: z.object({ containerId: z.string(), cmd: z.array(z.string()).min(1), timeout: z.number() }),
  image: z.object({ image: z.object({ image: z.string() }) }),
  listImages: z.object({
    filter: z.object({ image: z.object({ image: z.string() }).nullish() }).nullish(),
  }),
};

export type PodConfig = z.infer<typeof podConfig>;
export type ContainerConfig = z.infer<typeof containerConfig>;
export type NamespaceOptions = z.infer<typeof namespaceOptions>;
export type ContainerState = z.infer<typeof containerState>;
