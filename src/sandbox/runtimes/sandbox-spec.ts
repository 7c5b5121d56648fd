import type { IdMapping, PodNamespaceOptions, PodResources } from '../config/pod-sandbox-config.js';
import { type OciMount, type OciSpec, withNetworkNamespace, withoutNetworkNamespace } from './oci-spec.js';
import type { RuntimeSandbox } from './runtime.js';

/** The process of a sandbox, besides the settings in the pod's configuration. */
export interface SandboxProcess {
  /** The folder with its root file system. */
  readonly rootfs: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID']
  .concat(['SETFCAP', 'SETPCAP', 'NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'])
  .map((name) => `CAP_${name}`);

const MASKED_PATHS = [
  'acpi',
  'kcore',
  'keys',
  'latency_stats',
  'timer_list',
  'timer_stats',
  'sched_debug',
  'scsi',
]
  .map((name) => `/proc/${name}`)
  .concat('/sys/firmware');
const READONLY_PATHS = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);

/** The specification of the sandbox's own container (OCI runtime specification, `config.json`). */
export function sandboxSpec(sandbox: RuntimeSandbox, { rootfs, args, env }: SandboxProcess): OciSpec {
  const { config, hostname, netns } = sandbox;
  const { securityContext = {} } = config.linux ?? {};
  const { privileged = false, readonlyRootfs = true } = securityContext;
  const { runAsUser = 0, runAsGroup = 0, supplementalGroups = [] } = securityContext;
  const spec: OciSpec = {
    ociVersion: '1.0.2',
    process: {
      user: { uid: runAsUser, gid: runAsGroup, additionalGids: supplementalGroups },
      args,
      env,
      cwd: '/',
      noNewPrivileges: !privileged,
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      ...(config.linux?.resources?.oomScoreAdj !== undefined && {
        oomScoreAdj: config.linux.resources.oomScoreAdj,
      }),
    },
    root: { path: rootfs, readonly: readonlyRootfs },
    ...(hostname !== undefined && { hostname }),
    mounts: mountsOf(sandbox),
    annotations: config.annotations ?? {},
    linux: linuxOf(sandbox),
  };
  if (netns !== undefined) return withNetworkNamespace(spec, netns);
  return hasOwnUsers(sandbox) ? spec : withoutNetworkNamespace(spec);
}

function linuxOf(sandbox: RuntimeSandbox): OciSpec['linux'] {
  const { config, id } = sandbox;
  const { cgroupParent, sysctls = {}, resources = {}, securityContext = {} } = config.linux ?? {};
  const { users } = securityContext.namespaceOptions ?? {};
  return {
    namespaces: namespacesOf(sandbox),
    sysctl: sysctls,
    resources: resourcesOf(resources),
    ...(cgroupParent && { cgroupsPath: `${cgroupParent}/${id}` }),
    ...(users && { uidMappings: users.uids.map(idMapping), gidMappings: users.gids.map(idMapping) }),
    ...(securityContext.privileged ? {} : { maskedPaths: MASKED_PATHS, readonlyPaths: READONLY_PATHS }),
  };
}

function namespacesOf(sandbox: RuntimeSandbox): { type: string }[] {
  const { pid, ipc, users }: PodNamespaceOptions =
    sandbox.config.linux?.securityContext?.namespaceOptions ?? {};
  const types = ['mount'];
  if (pid !== 'NODE') types.push('pid');
  if (ipc !== 'NODE') types.push('ipc');
  // In the host's UTS namespace, the host's name stays.
  if (sandbox.hostname !== undefined) types.push('uts');
  if (users !== undefined) types.push('user', 'network');
  return types.map((type) => ({ type }));
}

function hasOwnUsers({ config }: RuntimeSandbox): boolean {
  return config.linux?.securityContext?.namespaceOptions?.users !== undefined;
}

function mountsOf({ files, config }: RuntimeSandbox): OciMount[] {
  const etc = { hosts: files.hosts, 'resolv.conf': files.resolvConf, hostname: files.hostname };
  const isHostIpc = config.linux?.securityContext?.namespaceOptions?.ipc === 'NODE';
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    tmpfs('/dev', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    isHostIpc
      ? { destination: '/dev/shm', type: 'bind', source: '/dev/shm', options: ['rbind', 'rw'] }
      : tmpfs('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k']),
    {
      destination: '/sys',
      type: 'sysfs',
      source: 'sysfs',
      options: ['nosuid', 'noexec', 'nodev', 'ro'],
    },
    ...Object.entries(etc).map(([name, source]) => ({
      destination: `/etc/${name}`,
      type: 'bind',
      source,
      options: ['bind', 'ro'],
    })),
  ];
}

function tmpfs(destination: string, options: readonly string[]): OciMount {
  return { destination, type: 'tmpfs', source: 'tmpfs', options };
}

function resourcesOf(resources: PodResources): object {
  const { cpuPeriod, cpuQuota, cpuShares = 2, cpusetCpus, cpusetMems, memoryLimitInBytes } = resources;
  return {
    cpu: {
      shares: cpuShares,
      ...(cpuPeriod && { period: cpuPeriod }),
      ...(cpuQuota && { quota: cpuQuota }),
      ...(cpusetCpus && { cpus: cpusetCpus }),
      ...(cpusetMems && { mems: cpusetMems }),
    },
    ...(memoryLimitInBytes && { memory: { limit: memoryLimitInBytes } }),
  };
}

function idMapping({ hostId, containerId, length }: IdMapping): object {
  return { hostID: hostId, containerID: containerId, size: length };
}
