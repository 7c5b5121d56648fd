import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { unlessUnknown } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { hostNameField } from '../../etc/index.js';
import type { PodSandboxConfig, PodSandboxMetadata } from './pod-sandbox-config.js';

/** The longest host name that a runtime accepts. */
const LONGEST_HOSTNAME = 64;
/** Without a host name of its own, the pod has its name. */
const POD_NAME = /^[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?$/i;

const text = (what: string) => z.string({ error: `must be ${what}` });
const word = (what: string) => text(what).regex(/^\S+$/, { error: `must be ${what}` });
const whole = lazy(() => z.int({ error: 'must be a whole number' }));
const count = lazy(() => whole().min(0, { error: 'must not be negative' }));
const address = lazy(() =>
  text('an address').refine((given) => isIP(given) > 0, {
    error: 'must be an IPv4 or IPv6 address, without a prefix',
  }),
);
const texts = lazy(() =>
  z.record(z.string(), text('a string'), { error: 'must be an object of strings' }).readonly(),
);

const hostnameField = lazy(() =>
  text('a host name')
    .max(LONGEST_HOSTNAME, { error: `must be a host name of at most ${LONGEST_HOSTNAME} characters` })
    .refine((given) => given === '' || hostNameField().safeParse(given).success, {
      error: 'must be a host name: letters, digits, "-" and "_", in parts with dots between them',
    }),
);

const metadataField = lazy(
  () =>
    z.strictObject(
      {
        name: text('the name of the pod')
          .min(1, { error: 'must be the name of the pod, which is not empty' })
          .regex(POD_NAME, {
            error:
              'must be the name of the pod: letters, digits, "-", "_" and ".", a letter or digit at both ends',
          }),
        namespace: text('the namespace of the pod').min(1, {
          error: 'must be a namespace, which is not empty',
        }),
        uid: text('the uid of the pod'),
        attempt: count().optional(),
      },
      unlessUnknown('must be an object with name, namespace and uid'),
    ) satisfies z.ZodType<PodSandboxMetadata>,
);

const dnsField = lazy(() =>
  z.strictObject({
    servers: z.array(address()).readonly().optional(),
    searches: z.array(word('a domain')).readonly().optional(),
    options: z.array(word('one word')).readonly().optional(),
  }),
);

const port = lazy(() =>
  whole()
    .min(0, { error: 'must be a port from 0 to 65535' })
    .max(65_535, { error: 'must be a port from 0 to 65535' }),
);
const portMappingField = lazy(() =>
  z.strictObject({
    containerPort: port().min(1, { error: 'must be a port from 1 to 65535' }),
    hostPort: port().optional(),
    protocol: text('tcp, udp or sctp')
      .toLowerCase()
      .regex(/^(tcp|udp|sctp)$/, { error: 'must be tcp, udp or sctp' })
      .optional(),
    hostIP: z.union([z.literal(''), address()], { error: 'must be an address' }).optional(),
  }),
);

const mappingField = lazy(() =>
  z
    .array(z.strictObject({ hostId: count(), containerId: count(), length: whole().min(1) }))
    .min(1, { error: 'must have a mapping' })
    .readonly(),
);
const namespaceOptionsField = lazy(() =>
  z.strictObject({
    network: z.enum(['POD', 'NODE'], { error: 'must be POD or NODE' }).optional(),
    pid: z.enum(['POD', 'CONTAINER', 'NODE'], { error: 'must be POD, CONTAINER or NODE' }).optional(),
    ipc: z.enum(['POD', 'NODE'], { error: 'must be POD or NODE' }).optional(),
    users: z.strictObject({ uids: mappingField(), gids: mappingField() }).optional(),
  }),
);

const linuxField = lazy(() =>
  z.strictObject({
    cgroupParent: text('a folder of control groups').optional(),
    sysctls: texts().optional(),
    securityContext: z
      .looseObject({
        namespaceOptions: namespaceOptionsField().optional(),
        runAsUser: count().optional(),
        runAsGroup: count().optional(),
        supplementalGroups: z.array(count()).readonly().optional(),
        readonlyRootfs: z.boolean().optional(),
        privileged: z.boolean().optional(),
      })
      .optional(),
    resources: z
      .looseObject({
        cpuPeriod: count().optional(),
        cpuQuota: whole().optional(),
        cpuShares: count().optional(),
        memoryLimitInBytes: whole().optional(),
        oomScoreAdj: whole().min(-1000).max(1000).optional(),
        cpusetCpus: z.string().optional(),
        cpusetMems: z.string().optional(),
      })
      .optional(),
  }),
);

const networkField = lazy(() => z.looseObject({ name: text('the name of a network') }));

/** Parses the configuration of a pod sandbox. The operator parses the requests for its networks. */
export const podSandboxConfigSchema: z.ZodType<PodSandboxConfig> = z.lazy(() =>
  z.strictObject(
    {
      metadata: metadataField(),
      hostname: hostnameField().optional(),
      logDirectory: text('a folder')
        .refine((given) => given === '' || isAbsolute(given), { error: 'must be an absolute path' })
        .optional(),
      dns: dnsField().optional(),
      portMappings: z.array(portMappingField()).readonly().optional(),
      labels: texts().optional(),
      annotations: texts().optional(),
      linux: linuxField().optional(),
      networks: z.array(networkField()).readonly().optional(),
    },
    unlessUnknown('must be the configuration of a pod sandbox, which is an object'),
  ),
);
