import * as z from 'zod';
import { isIpv4 } from '../../../addresses/index.js';
import { textField } from '../../../arguments/fields.js';
import { lazy } from '../../../arguments/lazy.js';
import { checkArgument } from '../../../arguments/parse-argument.js';
import { LibcniError } from '../../../errors/libcni-error.js';
import type { JsonObject } from '../../../libcni/json/parse-json.js';
import { convertResult } from '../../../libcni/result/convert.js';
import { withoutUndefined } from '../../../libcni/result/fields.js';
import type { Dns, Interface, Result, Result100 } from '../../../libcni/result/types.js';

/** An attachment to report. */
export interface NetworkStatusSource {
  /** `<namespace>/<name>` of the network. */
  readonly name: string;
  /** The result of ADD, in any version. */
  readonly result: Result;
  /** The requested interface. */
  readonly ifName: string;
  /** Whether this is the cluster's default network; at most one is. @default false */
  readonly default?: boolean | undefined;
  /** The device behind the network, in the form of the standard. @default none */
  readonly deviceInfo?: Readonly<JsonObject> | undefined;
}

const sourcesSchema = lazy(() =>
  z.array(
    z.looseObject(
      { name: textField(), ifName: textField() },
      { error: 'must be an object with name, ifName and result' },
    ),
    { error: 'must be an array' },
  ),
);

/** One element of the annotation `k8s.v1.cni.cncf.io/network-status`. */
export interface NetworkStatus {
  readonly name: string;
  readonly interface: string;
  /** Without prefix. */
  readonly ips?: readonly string[] | undefined;
  readonly mac?: string | undefined;
  /** Present only if true. */
  readonly default?: boolean | undefined;
  readonly dns: Dns;
  /** The gateways of the default routes. */
  readonly gateway?: readonly string[] | undefined;
  readonly 'device-info'?: Readonly<JsonObject> | undefined;
}

/**
 * The value of the annotation `k8s.v1.cni.cncf.io/network-status`, with an element for each attachment, in order
 * (Kubernetes multi-network standard).
 *
 * @throws LibcniError `ERR_ANNOTATION` if several attachments are the default; `ERR_CONF_INVALID` or
 * `ERR_VERSION` if a result is invalid.
 */
export function networkStatus(sources: readonly NetworkStatusSource[]): string {
  return JSON.stringify(networkStatusEntries(sources));
}

/**
 * The elements of {@link networkStatus}. Each describes the interface of that name in the pod, or else the first
 * interface that is in a namespace, with its addresses.
 *
 * @throws LibcniError as {@link networkStatus} does.
 */
export function networkStatusEntries(sources: readonly NetworkStatusSource[]): NetworkStatus[] {
  checkArgument(sourcesSchema(), sources, 'sources');
  const defaults = sources.filter((source) => source.default).map(({ name }) => name);
  if (defaults.length > 1) {
    const summary = `network status: only one network can be the default (${defaults.join(', ')})`;
    throw new LibcniError('ERR_ANNOTATION', summary, { value: defaults });
  }
  return sources.map(entryOf);
}

function entryOf({
  name,
  result,
  ifName,
  default: isDefault,
  deviceInfo,
}: NetworkStatusSource): NetworkStatus {
  const current = toCurrent(result);
  const index = podInterface(current.interfaces, ifName);
  const podSide = current.interfaces?.[index];
  return withoutUndefined({
    name,
    interface: podSide?.name || ifName,
    ips: unlessEmpty(addressesOf(current, index)),
    mac: podSide?.mac,
    default: isDefault || undefined,
    dns: current.dns ?? {},
    gateway: unlessEmpty(defaultGateways(current)),
    'device-info': deviceInfo,
  });
}

function toCurrent(result: Result): Result100 {
  const current = convertResult(result, '1.1.0');
  if (current.cniVersion === '1.0.0' || current.cniVersion === '1.1.0') return current;
  throw new LibcniError('ERR_VERSION', 'network status: the result cannot be converted', { value: result });
}

/** The index of the interface to describe; -1 if the result has none in a namespace. */
function podInterface(interfaces: readonly Interface[] = [], ifName: string): number {
  const named = interfaces.findIndex(({ name, sandbox }) => name === ifName && sandbox);
  return named >= 0 ? named : interfaces.findIndex(({ sandbox }) => sandbox);
}

/** An address without index belongs to the requested interface. */
function addressesOf({ ips = [] }: Result100, index: number): string[] {
  return ips
    .filter((ip) => index < 0 || ip.interface === undefined || ip.interface === index)
    .map(({ address }) => withoutPrefix(address));
}

/** A default route without a next hop uses the gateway of its family. */
function defaultGateways({ routes = [], ips = [] }: Result100): string[] {
  return routes
    .filter(({ dst }) => dst === '0.0.0.0/0' || dst === '::/0')
    .map(({ dst, gw }) => gw ?? ips.find((ip) => ip.gateway && isIpv4(ip.address) === isIpv4(dst))?.gateway)
    .filter((gateway) => gateway !== undefined);
}

function withoutPrefix(address: string): string {
  return address.slice(0, address.indexOf('/'));
}

function unlessEmpty(items: readonly string[]): readonly string[] | undefined {
  return items.length > 0 ? items : undefined;
}
