import type { NetworkRequest, PodAttachRequest } from '../operator/index.js';
import type { OciState } from './oci-state.js';
import { parseCapabilities, parseCniArgs, parseNetworks } from './setting-texts.js';

/** The networks of a container. */
export interface HookRequest
  extends Pick<PodAttachRequest, 'args' | 'labels' | 'capabilityArgs' | 'defaultIfName'> {
  /**
   * The networks, in order. With an empty array, the hook does nothing.
   * @default the default network, then those that annotations select
   */
  readonly networks?: readonly NetworkRequest[] | undefined;
  /**
   * The network namespace, if it is not that of the container's process, as with virtual machines.
   * @default `/proc/<pid>/ns/net`
   */
  readonly netns?: string | undefined;
}

/** Where the settings of a hook come from. */
export interface SettingSources {
  readonly state: Pick<OciState, 'annotations'>;
  /** The environment of the hook in config.json. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's request. It overrides the environment, which overrides annotations. */
  readonly request: HookRequest;
}

const PREFIX = 'libcni/';

/**
 * Combines the settings of a hook: annotations `libcni/networks libcni/ports libcni/ips libcni/mac libcni/ifname
 * libcni/netns`, variables `LIBCNI_NETWORKS` and so on with the same values, `CNI_ARGS`, `CNI_IFNAME` and `CAP_ARGS` as in
 * cnitool, and the request. All other annotations have their usual meaning for the operator.
 *
 * @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID` that name the faulty setting
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
