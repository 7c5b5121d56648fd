import { constants, copyFile } from 'node:fs/promises';
import { hostname as hostnameOfHost } from 'node:os';
import { hasCode } from '../../errors/system-error.js';
import {
  createHostsFile,
  hostResolvConf,
  setHosts,
  writeHostname,
  writeResolvConf,
} from '../../etc/index.js';
import { readNetworkSettings, settingsAddresses } from '../../network/index.js';
import { hostnameOf } from '../config/pod-hostname.js';
import { hasHostNetwork } from '../config/pod-sandbox-config.js';
import type { LiveSandbox } from '../live-sandbox.js';
import type { Step } from './step.js';

/** The files `hosts`, `resolv.conf` and `hostname` that containers of the pod see in `/etc`. */
export const files: Step = {
  async perform(sandbox, signal) {
    const { hostname } = sandbox.context.store.filesOf(sandbox.id);
    const written = await Promise.allSettled([
      writeResolver(sandbox, signal),
      writeHosts(sandbox, signal),
      writeHostname(hostname, nameOf(sandbox), { signal, followLinks: false }),
    ]);
    // Only after all writes have settled: the next steps may remove their folder.
    for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  },
  async undo() {
    // They are removed with the folder of the sandbox.
  },
};

/**
 * Writes the addresses of the pod into its hosts file. Its inode stays, since containers have it mounted. In the host
 * network, it is a copy of the host's file.
 */
export async function writeHosts(sandbox: LiveSandbox, signal: AbortSignal): Promise<void> {
  const { store } = sandbox.context;
  const { hosts } = store.filesOf(sandbox.id);
  if (hasHostNetwork(sandbox.record.config) && (await isCopied(hosts))) return;
  const settings = readNetworkSettings(store.settingsFile(sandbox.id));
  const { ipv4, ipv6 } = settings === undefined ? { ipv4: [], ipv6: [] } : settingsAddresses(settings);
  const addresses = ipv4.length + ipv6.length > 0 ? [...ipv4, ...ipv6] : ['127.0.0.1'];
  const names = [nameOf(sandbox)];
  const entries = addresses.map((address) => ({ address, names }));
  await createHostsFile(hosts, { signal, followLinks: false });
  await setHosts(hosts, entries, { owner: 'pod', signal, followLinks: false });
}

/** A copy that is there already stays, and nothing is written through a link. */
async function isCopied(hosts: string): Promise<boolean> {
  return await copyFile('/etc/hosts', hosts, constants.COPYFILE_EXCL).then(
    () => true,
    (error: unknown) => hasCode(error, 'EEXIST'),
  );
}

async function writeResolver(sandbox: LiveSandbox, signal: AbortSignal): Promise<void> {
  const { context, id, record } = sandbox;
  const { resolvConf } = context.store.filesOf(id);
  const { servers = [], searches = [], options = [] } = record.config.dns ?? {};
  const isGiven = servers.length + searches.length + options.length > 0;
  const given = { conf: { nameservers: servers, searches, options }, warnings: [] };
  const { conf, warnings } = isGiven ? given : await hostResolvConf();
  const overlooked = await writeResolvConf(resolvConf, conf, { signal, followLinks: false });
  for (const warning of new Set([...warnings, ...overlooked])) context.warn(`resolv.conf: ${warning}`, id);
}

/** The host name that processes of the pod see: in the host network, that of the host. */
function nameOf({ record }: LiveSandbox): string {
  return hostnameOf(record.config) ?? hostnameOfHost();
}
