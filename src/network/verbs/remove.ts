import { readFile, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { createFileExclusive } from '../../files/create-file-exclusive.js';
import { removeFolder } from '../../files/folders.js';
import type { AttachmentInfo } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import { livingOf } from '../members/living.js';
import { networkReferenceField } from '../requests/fields.js';
import type { CatalogueEntry } from '../store/catalogue.js';
import { findNetwork } from '../store/find-network.js';
import { keepsInterface, networkFileName } from '../store/read-network.js';
import { withFolderLock } from '../store/state-lock.js';
import { disconnectMember } from './disconnect.js';

/** How to remove networks. */
export interface RemoveNetworkOptions extends NetworkLimits {
  /** Whether to disconnect its containers first. @default false */
  readonly force?: boolean | undefined;
}

/** The outcome for one of several networks. */
export interface RemoveOutcome {
  /** The name as given. */
  readonly network: string;
  /** Why it still exists; absent if it was removed. */
  readonly error?: Error | undefined;
}

/** The default folder for leases of host-local. */
const LEASES = '/var/lib/cni/networks';

/** @throws LibcniError `ERR_NOT_FOUND`, `ERR_IN_USE` that names the users, `ERR_CONFLICT` for a network of another program */
export async function remove(
  context: NetworksContext,
  reference: unknown,
  options: RemoveNetworkOptions,
): Promise<void> {
  const wanted = parseJsonArgument(networkReferenceField(), reference, 'remove: reference');
  await withFolderLock(context, { run: () => removeLocked(context, wanted, options), limits: options });
}

/** Removes several networks, continuing after failures. */
export async function removeAll(
  context: NetworksContext,
  references: unknown,
  options: RemoveNetworkOptions,
): Promise<RemoveOutcome[]> {
  const wanted = parseJsonArgument(z.array(networkReferenceField()), references, 'remove: references');
  const outcomes: RemoveOutcome[] = [];
  for (const network of wanted) {
    const error = await remove(context, network, options).then(
      () => undefined,
      (failure: unknown) => asError(failure),
    );
    outcomes.push({ network, ...(error && { error }) });
  }
  return outcomes;
}

async function removeLocked(
  context: NetworksContext,
  wanted: string,
  options: RemoveNetworkOptions,
): Promise<void> {
  const found = await findOrRemoveBroken(context, wanted, options);
  if (found === undefined) return;
  const { name } = found.summary;
  refuseOthers(context, found);
  await emptyNetwork(context, name, options);
  const text = await readFile(found.summary.file, 'utf8');
  await unlink(found.summary.file);
  try {
    // Others may have read the configuration before it was removed; from now on, nobody finds it.
    await emptyNetwork(context, name, options);
    await teardown(context, found, options);
  } catch (error) {
    const write = { file: found.summary.file, data: text, mode: 0o644, dirMode: 0o755 };
    await createFileExclusive(write).catch(() => {});
    throw error;
  }
  await removeFolder(leaseFolder(found));
  if (found.summary.dns) await removeFolder(dnsnameFolder(name));
  await context.members.removeFolder(name);
}

/** With `force`, an unreadable file is removed too; what it had created is unknown. */
async function findOrRemoveBroken(
  context: NetworksContext,
  wanted: string,
  { force = false }: RemoveNetworkOptions,
): Promise<CatalogueEntry | undefined> {
  try {
    return await findNetwork(context, wanted);
  } catch (error) {
    if (!force || !isOwnError(error) || error.code !== 'ERR_CONF_INVALID') throw error;
    if (error.file === undefined || basename(error.file) !== networkFileName(wanted)) throw error;
    await unlink(error.file);
    return undefined;
  }
}

function refuseOthers({ defaultNetwork }: NetworksContext, { summary }: CatalogueEntry): void {
  const { name, isNative, file } = summary;
  if (name === defaultNetwork) {
    const said = `network ${name} is predefined and cannot be removed`;
    throw new LibcniError('ERR_CONFLICT', said, { network: name });
  }
  if (isNative) return;
  const said = `network ${name} was made by another program: remove it there, or delete its file`;
  throw new LibcniError('ERR_CONFLICT', said, { network: name, file });
}

/** Containers whose namespace is gone do not count, and are cleaned up. */
async function emptyNetwork(
  context: NetworksContext,
  network: string,
  { force = false, ...limits }: RemoveNetworkOptions,
): Promise<void> {
  const attached = await context.operator.list({ network });
  const users = await livingOf(attached);
  if (users.length > 0 && !force) throw inUse(network, users);
  for (const { id, ifName } of attached) await disconnectMember(context, { network, id, ifName }, limits);
}

function inUse(network: string, users: readonly AttachmentInfo[]): LibcniError {
  const names = users.slice(0, 10).map(({ id, ifName }) => `${id} (${ifName})`);
  const more = users.length > names.length ? ` and ${users.length - names.length} more` : '';
  const said = `network ${network} is in use by ${names.join(', ')}${more}: disconnect them first, or use force`;
  return new LibcniError('ERR_IN_USE', said, { network, value: users.map(({ id }) => id) });
}

async function teardown(
  { drivers, tools }: NetworksContext,
  { summary, loaded }: CatalogueEntry,
  { force = false }: RemoveNetworkOptions,
): Promise<void> {
  if (keepsInterface(loaded)) return;
  await drivers.get(summary.driver)?.teardown(summary, tools, { force });
}

function leaseFolder({ loaded: { name, list } }: CatalogueEntry): string {
  const ipam = list.plugins[0]?.network.ipam;
  const dataDir = typeof ipam === 'object' && ipam !== null && 'dataDir' in ipam ? ipam.dataDir : undefined;
  return join(typeof dataDir === 'string' && dataDir !== '' ? dataDir : LEASES, name);
}

/** The folder where dnsname keeps its server's configuration for a network; it cannot be configured. */
function dnsnameFolder(name: string): string {
  return join(process.env.XDG_RUNTIME_DIR || '/run', 'containers/cni/dnsname', name);
}
