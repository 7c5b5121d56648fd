import * as z from 'zod';
import { keys, optional, pathField, textField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument, parseOptions } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { hostResolvConf } from '../../etc/index.js';
import type { PodDnsConfig, PodPortMapping, PodSandboxConfig } from './pod-sandbox-config.js';

/** What the cluster and this node add to a pod. */
export interface PodSandboxConfigOptions {
  /** Counts the sandboxes of one pod. @default 0 */
  readonly attempt?: number | undefined;
  /** The address of the cluster's own resolver. @default none, so that `ClusterFirst` means `Default` */
  readonly clusterDns?: readonly string[] | undefined;
  /** @default cluster.local */
  readonly clusterDomain?: string | undefined;
  /** The folder of the logs of all pods. @default /var/log/pods */
  readonly logRoot?: string | undefined;
  /** The parent cgroup of the pod. @default none */
  readonly cgroupParent?: string | undefined;
}

const LONGEST_HOSTNAME = 64;
const NDOTS = 'ndots:5';

const portSchema = lazy(() =>
  z.looseObject({
    containerPort: z.number(),
    hostPort: z.number().optional(),
    protocol: z.string().optional(),
    hostIP: z.string().optional(),
  }),
);
const containerSchema = lazy(() => z.looseObject({ ports: z.array(portSchema()).optional() }));
const texts = lazy(() => z.record(z.string(), z.string()));

/** They become parts of the path of the log folder. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const nameField = (what: string) =>
  z
    .string({ error: `must be ${what}` })
    .max(253, { error: `must be ${what}, of at most 253 characters` })
    .regex(NAME, { error: `must be ${what}: lower-case letters, digits, "-" and "."` });
const uidField = lazy(() =>
  z.string().regex(/^[\w.-]+$/, { error: 'must be the uid of the pod: letters, digits, "-", "_" and "."' }),
);

const podSchema = lazy(() =>
  z.looseObject(
    {
      kind: z.literal('Pod', { error: 'must be Pod' }).optional(),
      metadata: z.looseObject(
        {
          name: nameField('the name of the pod'),
          namespace: nameField('the namespace of the pod').default('default'),
          uid: uidField().optional(),
          labels: texts().optional(),
          annotations: texts().optional(),
        },
        { error: 'must be an object with the name of the pod' },
      ),
      spec: z.looseObject(
        {
          hostNetwork: z.boolean().default(false),
          hostPID: z.boolean().default(false),
          hostIPC: z.boolean().default(false),
          shareProcessNamespace: z.boolean().default(false),
          hostname: z.string().optional(),
          subdomain: z.string().optional(),
          setHostnameAsFQDN: z.boolean().default(false),
          dnsPolicy: z
            .enum(['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'], {
              error: 'must be ClusterFirst, ClusterFirstWithHostNet, Default or None',
            })
            .default('ClusterFirst'),
          dnsConfig: z
            .looseObject({
              nameservers: z.array(z.string()).optional(),
              searches: z.array(z.string()).optional(),
              options: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
            })
            .optional(),
          containers: z.array(containerSchema()).default([]),
          initContainers: z
            .array(containerSchema().extend({ restartPolicy: z.string().optional() }))
            .default([]),
          securityContext: z
            .looseObject({
              runAsUser: z.number().optional(),
              runAsGroup: z.number().optional(),
              supplementalGroups: z.array(z.number()).optional(),
              sysctls: z.array(z.looseObject({ name: z.string(), value: z.string() })).optional(),
            })
            .optional(),
        },
        { error: 'must be the spec of a pod' },
      ),
    },
    { error: 'must be a pod, which is an object' },
  ),
);

const ATTEMPT = { error: 'must be a whole number of at least 0' };

const optionsSchema = lazy(
  () =>
    keys({
      attempt: optional(z.int(ATTEMPT).min(0, ATTEMPT)),
      clusterDns: optional(z.array(textField())),
      clusterDomain: optional(textField()),
      logRoot: optional(pathField()),
      cgroupParent: optional(pathField()),
    }) satisfies z.ZodType<PodSandboxConfigOptions>,
);

type Pod = z.infer<ReturnType<typeof podSchema>>;
type PodSpec = Pod['spec'];

/**
 * The sandbox configuration of a Kubernetes pod, as kubelet makes it: log folder, labels, ports of all containers, DNS by
 * policy, host name, namespaces, sysctls.
 *
 * @param pod - a `Pod` (`v1`), for example from a manifest; without a uid, namespace and name identify it
 * @throws LibcniError `ERR_CONF_INVALID` that names the place in the pod
 */
export async function podSandboxConfig(
  pod: object,
  options?: PodSandboxConfigOptions,
): Promise<PodSandboxConfig> {
  const { metadata, spec } = parseJsonArgument(podSchema(), pod, 'pod');
  const given = parseOptions(optionsSchema(), options);
  const { name, namespace, annotations } = metadata;
  const uid = metadata.uid ?? `${namespace}-${name}`;
  const { attempt = 0, logRoot = '/var/log/pods', cgroupParent } = given;
  const hostname = hostnameOf(spec, metadata, given);
  const portMappings = portsOf(spec);
  return {
    metadata: { name, namespace, uid, attempt },
    ...(hostname !== undefined && { hostname }),
    logDirectory: `${logRoot}/${namespace}_${name}_${uid}`,
    dns: await dnsOf(spec, namespace, given),
    ...(portMappings.length > 0 && { portMappings }),
    labels: {
      ...metadata.labels,
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
    },
    ...(annotations && { annotations }),
    linux: { ...(cgroupParent && { cgroupParent }), ...linuxOf(spec) },
  };
}

function linuxOf(spec: PodSpec): NonNullable<PodSandboxConfig['linux']> {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, securityContext = {} } = spec;
  const { runAsUser, runAsGroup, supplementalGroups, sysctls = [] } = securityContext;
  const pid = shareProcessNamespace ? 'POD' : 'CONTAINER';
  return {
    sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])),
    securityContext: {
      namespaceOptions: {
        network: hostNetwork ? 'NODE' : 'POD',
        pid: hostPID ? 'NODE' : pid,
        ipc: hostIPC ? 'NODE' : 'POD',
      },
      ...(runAsUser !== undefined && { runAsUser }),
      ...(runAsGroup !== undefined && { runAsGroup }),
      ...(supplementalGroups && { supplementalGroups }),
    },
  };
}

/** A pod in the host network has the host's name. */
function hostnameOf(
  { hostNetwork, hostname, subdomain, setHostnameAsFQDN }: PodSpec,
  { name, namespace }: Pod['metadata'],
  { clusterDomain = 'cluster.local' }: PodSandboxConfigOptions,
): string | undefined {
  if (hostNetwork) return undefined;
  const short = (hostname ?? name).slice(0, LONGEST_HOSTNAME - 1).replace(/[.-]+$/, '');
  if (!setHostnameAsFQDN || !subdomain) return short;
  const whole = `${short}.${subdomain}.${namespace}.svc.${clusterDomain}`;
  if (whole.length <= LONGEST_HOSTNAME) return whole;
  const summary = `the host name ${whole} has ${whole.length} characters, and a kernel takes ${LONGEST_HOSTNAME}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.spec.setHostnameAsFQDN', value: whole });
}

/** Includes the ports of sidecars, which are init containers that keep running. */
function portsOf({ containers, initContainers }: PodSpec): PodPortMapping[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...containers]
    .flatMap(({ ports = [] }) => ports)
    .map(({ containerPort, hostPort, protocol, hostIP }) => ({
      containerPort,
      ...(hostPort !== undefined && { hostPort }),
      ...(protocol !== undefined && { protocol }),
      ...(hostIP && { hostIP }),
    }));
}

async function dnsOf(
  spec: PodSpec,
  namespace: string,
  options: PodSandboxConfigOptions,
): Promise<PodDnsConfig> {
  const { nameservers = [], searches = [], options: own = [] } = spec.dnsConfig ?? {};
  const base = await policyDns(spec, namespace, options);
  const ownOptions = own.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  return {
    servers: [...new Set([...(base.servers ?? []), ...nameservers])],
    searches: [...new Set([...(base.searches ?? []), ...searches])],
    options: mergedOptions(base.options ?? [], ownOptions),
  };
}

async function policyDns(
  { dnsPolicy, hostNetwork }: PodSpec,
  namespace: string,
  { clusterDns = [], clusterDomain = 'cluster.local' }: PodSandboxConfigOptions,
): Promise<PodDnsConfig> {
  if (dnsPolicy === 'None') return {};
  const { conf } = await hostResolvConf();
  const { nameservers, searches, options } = conf;
  const isOfCluster = dnsPolicy === 'ClusterFirst' ? !hostNetwork : dnsPolicy === 'ClusterFirstWithHostNet';
  if (!isOfCluster || clusterDns.length === 0) return { servers: nameservers, searches, options };
  const domains = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  // Options of the host are for its own resolver.
  return { servers: clusterDns, searches: [...domains, ...searches], options: [NDOTS] };
}

/** If an option appears twice, the later one counts. */
function mergedOptions(given: readonly string[], later: readonly string[]): string[] {
  const named = new Map([...given, ...later].map((option) => [option.split(':')[0], option]));
  return [...named.values()];
}
