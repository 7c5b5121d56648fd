import { LibcniError, type OciSpec, type PodSandboxStatus, withNetworkNamespace } from 'libcni';
import type { Image } from './images.js';
import type { ContainerConfig, NamespaceOptions } from './messages.js';

/** A container to create. */
export interface ContainerRequest {
  readonly pod: PodSandboxStatus;
  readonly config: ContainerConfig;
  readonly image: Image;
  /** The file for its output; empty for none. */
  readonly logFile: string;
  /** The parent cgroup of the pod; empty for that of the runtime. */
  readonly cgroupParent: string;
}

const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID']
  .concat(['SETFCAP', 'SETPCAP', 'NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'])
  .map((name) => `CAP_${name}`);
const MASKED_PATHS = ['acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug', 'scsi']
  .map((name) => `/proc/${name}`)
  .concat('/sys/firmware');
const READONLY_PATHS = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The specification of a container in the namespaces of its pod (OCI runtime specification, `config.json`). */
export function containerSpec(request: ContainerRequest & { readonly id: string }): OciSpec {
  const { id, pod, config, cgroupParent } = request;
  const security = config.linux?.securityContext;
  if (security?.privileged)
    throw new LibcniError('ERR_UNSUPPORTED', 'this example does not run privileged containers');
  const spec: OciSpec = {
    ociVersion: '1.0.2',
    process: processOf(request),
    root: { path: 'rootfs', readonly: security?.readonlyRootfs ?? false },
    mounts: mountsOf(request),
    annotations: config.annotations,
    linux: {
      namespaces: namespacesOf(pod.pid, security?.namespaceOptions),
      resources: resourcesOf(config),
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READONLY_PATHS,
      ...(cgroupParent !== '' && { cgroupsPath: `${cgroupParent}/${id}` }),
    },
  };
  const { namespace } = pod.network;
  return namespace === undefined ? spec : withNetworkNamespace(spec, namespace);
}

function processOf({ config, image }: ContainerRequest): object {
  const { command, args, workingDir, envs, tty, linux } = config;
  const { runAsUser, runAsGroup, supplementalGroups = [], noNewPrivs = false } = linux?.securityContext ?? {};
  const { oomScoreAdj } = linux?.resources ?? {};
  const isGiven = command.length + args.length > 0;
  const capabilities = capabilitiesOf(config);
  return {
    terminal: tty,
    user: {
      uid: runAsUser?.value ?? 0,
      gid: runAsGroup?.value ?? 0,
      additionalGids: supplementalGroups,
    },
    args: isGiven ? [...command, ...args] : image.args,
    env: [PATH, ...image.env, ...envs.map(({ key, value }) => `${key}=${value}`)],
    cwd: workingDir || '/',
    noNewPrivileges: noNewPrivs,
    capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    ...(oomScoreAdj !== undefined && { oomScoreAdj }),
  };
}

function capabilitiesOf({ linux }: ContainerConfig): string[] {
  const { addCapabilities = [], dropCapabilities = [] } = linux?.securityContext?.capabilities ?? {};
  const full = (name: string) => (name.startsWith('CAP_') ? name : `CAP_${name}`);
  if (dropCapabilities.includes('ALL')) return addCapabilities.map(full);
  const dropped = dropCapabilities.map(full);
  return [...CAPABILITIES, ...addCapabilities.map(full)].filter((name) => !dropped.includes(name));
}

/** The pod's namespaces are those of its process. */
function namespacesOf(pid: number | undefined, options: NamespaceOptions | null | undefined) {
  const join = (type: string) => ({ type, path: `/proc/${pid}/ns/${type}` });
  const shared = [{ type: 'mount' }, join('ipc'), join('uts')];
  switch (options?.pid ?? 'CONTAINER') {
    case 'POD':
      return [...shared, join('pid')];
    case 'NODE':
      return shared;
    case 'CONTAINER':
      return [...shared, { type: 'pid' }];
    case 'TARGET':
      throw new LibcniError(
        'ERR_UNSUPPORTED',
        "this example does not join another container's process namespace",
      );
  }
}

function mountsOf({ pod, config }: ContainerRequest): object[] {
  const { hosts, resolvConf, hostname } = pod.files;
  const given = config.mounts.map(({ containerPath, hostPath, readonly, propagation }) =>
    bind(hostPath, containerPath, [readonly ? 'ro' : 'rw', propagations[propagation]]),
  );
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    tmpfs('/dev', ['nosuid', 'mode=755', 'size=65536k']),
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    // Each container has its own, since a shared one would have to be mounted on the host.
    tmpfs('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k']),
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
    bind(hosts, '/etc/hosts', ['rw']),
    bind(resolvConf, '/etc/resolv.conf', ['rw']),
    bind(hostname, '/etc/hostname', ['rw']),
    ...given,
  ];
}

const propagations = {
  PROPAGATION_PRIVATE: 'rprivate',
  PROPAGATION_HOST_TO_CONTAINER: 'rslave',
  PROPAGATION_BIDIRECTIONAL: 'rshared',
};

function tmpfs(destination: string, options: readonly string[]): object {
  return { destination, type: 'tmpfs', source: 'tmpfs', options };
}

function bind(source: string, destination: string, options: readonly string[]): object {
  return { destination, type: 'bind', source, options: ['rbind', ...options] };
}

/** In CRI, 0 means unset. */
function resourcesOf({ linux }: ContainerConfig): object {
  const { cpuPeriod, cpuQuota, cpuShares, cpusetCpus, cpusetMems, memoryLimitInBytes } =
    linux?.resources ?? {};
  return {
    cpu: {
      ...(cpuPeriod && { period: cpuPeriod }),
      ...(cpuQuota && { quota: cpuQuota }),
      ...(cpuShares && { shares: cpuShares }),
      ...(cpusetCpus && { cpus: cpusetCpus }),
      ...(cpusetMems && { mems: cpusetMems }),
    },
    ...(memoryLimitInBytes && { memory: { limit: memoryLimitInBytes } }),
  };
}
