import { LibcniError } from '../../errors/libcni-error.js';
import { refuseHostNetns } from '../../libcni/netns-before.js';
import { type Netns, openNetns } from '../../netns/index.js';
import type { HelperClient } from '../../platform/helper/index.js';
import { lookAtNetns } from '../../platform/netns/index.js';
import type { WantedAttachment } from '../attachment.js';
import type { OperatorOptions } from '../request/request.js';
import { parseDefaultRoutes, routeArguments } from './kernel-routes.js';

/**
 * Gives the default routes of a namespace to the attachment whose selection requests them, and removes all others.
 * Several gateways of a family become hops of one route. Needs the program `ip`.
 *
 * @throws LibcniError `ERR_NETNS` with what `ip` said, and for the namespace of the machine.
 */
export async function setDefaultRoute(
  { rt, demands, hostNetns }: WantedAttachment,
  helper: HelperClient,
  options: OperatorOptions,
): Promise<void> {
  refuseHostNetns(await lookAtNetns(helper, { path: rt.netns }), rt.netns, { hostNetns });
  const netns = await openNetns(rt.netns, { helper });
  const { ifName, containerId } = rt;
  for (const family of ['-4', '-6'] as const) {
    const gateways = demands?.defaultRoute?.filter((address) => address.includes(':') === (family === '-6'));
    const run = (...args: readonly string[]) =>
      runIp(netns, [family, ...args], { ...options, containerId, ifName });
    await takeOver(run, ifName, [...new Set(gateways)]);
  }
}

type RunIp = (...args: readonly string[]) => Promise<string>;

/**
 * If gateways are requested, removes every other route, including those of the interface itself, whatever their metric.
 * Otherwise, removes a route with hops of other interfaces as a whole, and adds the hops of this interface again.
 */
async function takeOver(ip: RunIp, ifName: string, gateways: readonly string[]): Promise<void> {
  const routes = parseDefaultRoutes(await ip('-j', 'route', 'show', 'default'));
  for (const route of routes) {
    if (gateways.length === 0 && route.hops.every(({ dev }) => dev === ifName)) continue;
    await ip('route', 'delete', ...routeArguments(route));
    const own = route.hops.filter(({ dev }) => dev === ifName);
    if (own.length > 0 && gateways.length === 0)
      await ip('route', 'add', ...routeArguments({ ...route, hops: own }));
  }
  if (gateways.length === 0) return;
  const hops = gateways.map((gateway) => ({ gateway, dev: ifName }));
  await ip('route', 'replace', ...routeArguments({ hops }));
}

interface IpOptions extends OperatorOptions {
  readonly containerId: string;
  readonly ifName: string;
}

async function runIp(netns: Netns, args: readonly string[], options: IpOptions): Promise<string> {
  const { containerId, ifName, signal, timeoutMs } = options;
  const { exitCode, stdout, stderr } = await netns.exec('ip', args, { signal, timeoutMs });
  if (exitCode === 0) return stdout;
  const summary = `ip ${args.join(' ')} failed: ${stderr.trim()}`;
  throw new LibcniError('ERR_NETNS', summary, { containerId, ifName });
}
