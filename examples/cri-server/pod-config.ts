import { LibcniError, type PodNamespaceOptions, type PodSandboxConfig } from 'libcni';
import type { NamespaceOptions, PodConfig } from './messages.js';

/** The configuration of a pod as the library takes it. */
export function podSandboxConfig(config: PodConfig): PodSandboxConfig {
  const { metadata, hostname, logDirectory, dnsConfig, labels, annotations, linux } = config;
  const portMappings = config.portMappings.map(({ hostIp: hostIP, ...mapping }) => ({ ...mapping, hostIP }));
  return {
    metadata,
    hostname,
    logDirectory,
    labels,
    annotations,
    portMappings,
    ...(dnsConfig && { dns: dnsConfig }),
    ...(linux && {
      linux: {
        cgroupParent: linux.cgroupParent,
        sysctls: linux.sysctls,
        securityContext: securityContext(linux.securityContext),
      },
    }),
  };
}

function securityContext(given: NonNullable<PodConfig['linux']>['securityContext']) {
  if (!given) return {};
  const { namespaceOptions, runAsUser, runAsGroup, supplementalGroups, privileged } = given;
  return {
    supplementalGroups,
    privileged,
    ...(namespaceOptions && { namespaceOptions: podNamespaces(namespaceOptions) }),
    ...(runAsUser && { runAsUser: runAsUser.value }),
    ...(runAsGroup && { runAsGroup: runAsGroup.value }),
  };
}

function podNamespaces({ network, pid, ipc, usernsOptions }: NamespaceOptions): PodNamespaceOptions {
  if (usernsOptions?.mode === 'POD')
    throw new LibcniError('ERR_UNSUPPORTED', 'this example does not run pods in user namespaces');
  return {
    network: network === 'NODE' ? 'NODE' : 'POD',
    pid: pid === 'TARGET' ? 'CONTAINER' : pid,
    ipc: ipc === 'NODE' ? 'NODE' : 'POD',
  };
}
