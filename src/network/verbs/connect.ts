import { dirname, join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { addRollbackErrors } from '../../errors/with-rollback-errors.js';
import { addNameservers } from '../../etc/index.js';
import { clearForFolder } from '../../files/clear-for-folder.js';
import {
  type AttachedNetwork,
  type AttachResult,
  type PortMapping,
  passWarningOn,
  stateOptionsFor,
} from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { Member } from '../members/member-files.js';
import { pinProcess } from '../members/pinned.js';
import { type HostsSync, ownHostsFile, syncHosts } from '../members/sync-hosts.js';
import { type ParsedConnect, parseConnect } from '../requests/connect-request.js';
import { bringUpToDate } from '../store/bring-up-to-date.js';
import type { CatalogueEntry } from '../store/catalogue.js';
import { findNetwork } from '../store/find-network.js';
import { withHostsLock } from '../store/state-lock.js';
import { attachToNetwork, namesOf } from './attach-to-network.js';
import { checkedAddresses } from './connect-addresses.js';
import { disconnectMember } from './disconnect.js';
import { ensureDefault } from './ensure-default.js';

/** A container that was connected to a network. */
export interface ConnectedNetwork extends Omit<AttachedNetwork, 'namespace' | 'isDefault'> {
  /** The published ports, each with its host port. */
  readonly ports: readonly PortMapping[];
  /** The names under which other containers of the network find it. */
  readonly names: readonly string[];
  /** The hosts file with the names of all containers on the network, for a bind mount. */
  readonly hostsFile: string;
  readonly warnings: readonly string[];
}

/** Connects a container to a network. */
export async function connect(
  context: NetworksContext,
  given: unknown,
  limits: NetworkLimits,
): Promise<ConnectedNetwork> {
  const request = parseConnect(given);
  const reference = request.network ?? context.defaultNetwork;
  await ensureDefault(context, reference);
  const entry = await findNetwork(context, reference);
  const addresses = checkedAddresses(entry.summary, request);
  refusePorts(entry, request);
  await bringUpToDate(context, entry);
  const { netns, pinned } = await namespaceOf(context, request, limits);
  try {
    const { attached, ports } = await attachToNetwork(context, { entry, request, netns, addresses }, limits);
    return await complete(context, { entry, request, attached, ports }, limits);
  } catch (error) {
    await pinned?.remove().catch(() => {});
    throw error;
  }
}

/** Ports of an internal network would not be reachable. */
function refusePorts({ loaded, summary }: CatalogueEntry, { ports }: ParsedConnect): void {
  const isMapped = loaded.list.plugins.some(({ network }) => network.type === 'portmap');
  if (ports.length === 0 || isMapped) return;
  const why = summary.internal ? 'it is internal' : 'its configuration has no plugin portmap';
  const said = `network ${summary.name} cannot publish ports: ${why}`;
  throw new LibcniError('ERR_CONF_INVALID', said, { jsonPath: '$.ports', network: summary.name });
}

async function namespaceOf(
  context: NetworksContext,
  { id, netns, pid }: ParsedConnect,
  limits: NetworkLimits,
) {
  if (netns !== undefined) return { netns, pinned: undefined };
  return await pinProcess(context, { id, pid: pid ?? 0 }, limits);
}

interface ToComplete {
  readonly entry: CatalogueEntry;
  readonly request: ParsedConnect;
  readonly attached: AttachResult;
  readonly ports: readonly PortMapping[];
}

/** The steps after the plugins. If they fail, the container is disconnected again. */
async function complete(
  context: NetworksContext,
  { entry: { summary }, request, attached, ports }: ToComplete,
  limits: NetworkLimits,
): Promise<ConnectedNetwork> {
  const [network] = attached.networks;
  if (network === undefined)
    throw new LibcniError('ERR_NOT_FOUND', `network ${summary.name} was not attached`);
  const { namespace: _, isDefault: __, ...made } = network;
  const key = { network: summary.name, id: request.id, ifName: network.ifName };
  try {
    await refuseUnmet(request, network);
    const files = filesOf(context, request);
    const names = namesOf(request);
    await context.members.write(summary.name, { ...key, names, ...files });
    const hostsWarnings = await updateHosts(context, { network: summary.name, self: key }, limits);
    const dnsWarnings = await useNameServer(summary.dns, { request, network, limits });
    // Somebody may have removed the network meanwhile without seeing this container.
    await requireStillThere(context, summary.name);
    return {
      ...made,
      ports,
      names,
      hostsFile: files.hostsFile,
      warnings: [...attached.warnings, ...hostsWarnings, ...dnsWarnings],
    };
  } catch (error) {
    const rollbackErrors = await failuresOf(disconnectMember(context, key, {}));
    if (hasCode(error, 'ERR_NOT_FOUND')) await removeAgain(context, summary);
    throw rollbackErrors.length > 0 ? addRollbackErrors(asError(error), rollbackErrors) : error;
  }
}

/** The files in `/etc` of a container: its own, or those of the library. */
function filesOf(
  context: NetworksContext,
  { id, hostsFile, resolvConf }: ParsedConnect,
): Pick<Member, 'hostsFile' | 'ownsHostsFile' | 'resolvConf'> {
  return {
    hostsFile: hostsFile ?? ownHostsFile(context, id),
    ownsHostsFile: hostsFile === undefined,
    resolvConf,
  };
}

/** What an undo could not do. */
function failuresOf(undo: Promise<unknown>): Promise<Error[]> {
  return undo.then(
    () => [],
    (failure: unknown) => [asError(failure)],
  );
}

/** @returns warnings about the files of other containers */
async function updateHosts(
  context: NetworksContext,
  sync: HostsSync,
  limits: NetworkLimits,
): Promise<string[]> {
  const { stateDir, operator } = context;
  const { onSetAside } = stateOptionsFor(operator, undefined);
  const folder = dirname(ownHostsFile(context, sync.self?.id ?? ''));
  await clearForFolder(folder, { asideFolder: join(stateDir, 'unreadable'), onSetAside });
  const run = () => syncHosts(context, sync, limits);
  const warnings = await withHostsLock(context, sync.network, { run, limits });
  for (const warning of warnings) passWarningOn(operator, warning);
  return warnings.map(({ message }) => message);
}

async function refuseUnmet({ ip, ip6, mac }: ParsedConnect, network: AttachedNetwork): Promise<void> {
  const wanted = [ip, ip6].filter((address) => address !== undefined);
  const missing = wanted.find((address) => ![...network.ipv4, ...network.ipv6].includes(address));
  const wrongMac = mac !== undefined && network.mac !== undefined && network.mac !== mac ? mac : undefined;
  const unmet = missing ?? wrongMac;
  if (unmet === undefined) return;
  const said = `the plugins of network ${network.name} did not assign the requested address ${unmet}`;
  throw new LibcniError('ERR_CONFLICT', said, { value: unmet, network: network.name });
}

interface NameServerUse {
  readonly request: ParsedConnect;
  readonly network: AttachedNetwork;
  readonly limits: NetworkLimits;
}

async function useNameServer(dns: boolean, { request, network, limits }: NameServerUse): Promise<string[]> {
  if (!dns || request.resolvConf === undefined || network.gateways.length === 0) return [];
  return await addNameservers(request.resolvConf, network.gateways, { ...limits, owner: network.name });
}

async function requireStillThere({ catalogue }: NetworksContext, name: string): Promise<void> {
  if ((await catalogue.find(name)) !== undefined) return;
  throw new LibcniError(
    'ERR_NOT_FOUND',
    `network ${name} was removed while the container was being connected`,
    { network: name },
  );
}

/** The plugins have recreated the bridge of a network that was removed meanwhile. */
async function removeAgain(
  { drivers, tools }: NetworksContext,
  summary: CatalogueEntry['summary'],
): Promise<void> {
  await drivers
    .get(summary.driver)
    ?.teardown(summary, tools, { force: false })
    .catch(() => {});
}
