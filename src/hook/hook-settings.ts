import type { NetworkRequest, PodAttachRequest } from '../operator/index.js';
import type { OciState } from './oci-state.js';
import { parseCapabilities, parseCniArgs, parseNetworks } from './setting-texts.js';

/** What a container is to be attached to. */
export interface HookRequest
  extends Pick<PodAttachRequest, 'args' | 'labels' | 'capabilityArgs' | 'defaultIfName'> {
  /**
   * The networks, in order; an empty array: none, and the hook does nothing.
   * @default the default network, then those that annotations select
   */
  readonly networks?: readonly NetworkRequest[] | undefined;
  /**
   * The network namespace, where it is not that of the container's process, as with virtual machines.
   * @default `/proc/<pid>/ns/net`
   */
  readonly netns?: string | undefined;
}

/** Where a hook finds out what is asked for. */
export interface SettingSources {
  readonly state: Pick<OciState, 'annotations'>;
  /** The environment that config.json gives the hook. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the program around the hook says. It wins over the environment, and that over annotations. */
  readonly request: HookRequest;
}

const PREFIX = 'libcni/';

/**
 * What is asked for: annotations `libcni/networks libcni/ports libcni/ips libcni/mac libcni/ifname libcni/netns`,
 * variables `LIBCNI_NETWORKS` and so on with the same texts, `CNI_ARGS`, `CNI_IFNAME` and `CAP_ARGS` as cnitool has
 * them, and the request. All other annotations mean what they mean to the operator.
 *
 * @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID` that name what cannot be understood
 */
export function hookSettings({ state, env, request }: SettingSources): HookRequest {
  const annotations = state.annotations ?? {};
  const read = (name: string) =>
    env[`LIBCNI_${name.toUpperCase()}`] || annotations[`${PREFIX}${name}`] || undefined;
  const capabilityArgs = {
    ...parseCapabilities({
      capArgs: env.CAP_ARGS,
      ports: read('ports'),
      ips: read('ips'),
      mac: read('mac'),
    }),
    ...request.capabilityArgs,
  };
  return {
    ...request,
    networks: request.networks ?? withText(read('networks'), parseNetworks),
    defaultIfName: request.defaultIfName ?? (env.CNI_IFNAME || read('ifname')),
    netns: request.netns ?? read('netns'),
    args: [...parseCniArgs(env.CNI_ARGS), ...(request.args ?? [])],
    capabilityArgs,
  };
}

function withText<Value>(text: string | undefined, use: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : use(text);
}
