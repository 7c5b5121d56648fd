import * as z from 'zod';
import { LibcniError } from '../errors/libcni-error.js';
import { ips, mac, type NetworkRequest, type PodAttachRequest, portMappings } from '../operator/index.js';
import { parseChecked } from './check-json.js';
import type { OciState } from './oci-state.js';

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
  readonly state: OciState;
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
    ...capArgs(env.CAP_ARGS),
    ...withText(read('ports'), (text) => ({ portMappings: portMappings(split(text)) })),
    ...withText(read('ips'), (text) => ({ ips: ips(...split(text)) })),
    ...withText(read('mac'), (text) => ({ mac: mac(text) })),
    ...request.capabilityArgs,
  };
  return {
    ...request,
    networks: request.networks ?? withText(read('networks'), parseNetworks),
    defaultIfName: request.defaultIfName ?? (env.CNI_IFNAME || read('ifname')),
    netns: request.netns ?? read('netns'),
    args: [...cniArgs(env.CNI_ARGS), ...(request.args ?? [])],
    capabilityArgs,
  };
}

/** `none`, or names of networks and, behind `@`, of their interfaces: `front,storage@data0`. */
function parseNetworks(text: string): NetworkRequest[] {
  if (text === 'none') return [];
  return split(text).map((entry) => {
    const [name = '', ifName, ...more] = entry.split('@');
    if (name === '' || ifName === '' || more.length > 0)
      throw new LibcniError(
        'ERR_ANNOTATION',
        `networks must be like front,storage@data0, not ${JSON.stringify(text)}`,
        {
          value: text,
        },
      );
    return ifName === undefined ? { name } : { name, ifName };
  });
}

/** `KEY=value;KEY=value` */
function cniArgs(text: string | undefined): [string, string][] {
  if (!text) return [];
  return text.split(';').map((pair) => {
    const at = pair.indexOf('=');
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    throw new LibcniError(
      'ERR_CONF_INVALID',
      `CNI_ARGS must be like KEY=value;KEY=value, not ${JSON.stringify(text)}`,
      {
        value: text,
      },
    );
  });
}

function capArgs(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  return parseChecked(z.record(z.string(), z.unknown()), text, { what: 'CAP_ARGS' });
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function withText<Value>(text: string | undefined, use: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : use(text);
}
