import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { createFileExclusive } from '../../files/create-file-exclusive.js';
import type { JsonObject } from '../../libcni/index.js';
import type { CniVersion } from '../../libcni/version.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { NetworkDriver } from '../drivers/driver.js';
import type { NetworkSummary } from '../network.js';
import { type ParsedCreate, parseCreate } from '../requests/create-request.js';
import { checkPlugins, isInstalled } from '../store/check-plugins.js';
import { networkFileName } from '../store/read-network.js';
import { withFolderLock } from '../store/state-lock.js';
import { type ChosenPlan, choosePlan } from './choose-plan.js';
import type { CreateParts } from './choose-subnets.js';

/** A new network, with warnings. */
export interface CreatedNetwork extends NetworkSummary {
  /** Whether it existed already (`ignoreExists`). */
  readonly existed: boolean;
  readonly warnings: readonly string[];
}

const FILE_MODE = 0o644;
const DIR_MODE = 0o755;
/** More networks than that are never created at the same moment. */
const MOST_TRIES = 500;

/** Creates a network: one file in the configuration folder. */
export async function create(
  context: NetworksContext,
  given: unknown,
  limits: NetworkLimits,
): Promise<CreatedNetwork> {
  const request = parseCreate(given);
  const driver = driverOf(context, request.driver);
  const dns =
    request.dns ??
    (request.driver === 'bridge' && !request.internal && (await isInstalled(context, 'dnsname')));
  const run = () => createLocked(context, { request, driver, dns });
  return await withFolderLock(context, { run, limits });
}

function driverOf({ drivers }: NetworksContext, name: string): NetworkDriver {
  const driver = drivers.get(name);
  if (driver !== undefined) return driver;
  const summary = `create: there is no driver ${name}; there are ${[...drivers.keys()].join(', ')}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.driver', value: name });
}

async function createLocked(context: NetworksContext, parts: CreateParts): Promise<CreatedNetwork> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const existing = await existingNetwork(context, parts.request);
    if (existing) return { ...existing, existed: true, warnings: [] };
    const chosen = await choosePlan(context, parts);
    const made = await claimAndWrite(context, parts, chosen);
    if (made) return made;
  }
  throw new LibcniError('ERR_LOCKED', 'other processes kept taking the name, bridge or subnet; try again');
}

async function existingNetwork(
  { catalogue }: NetworksContext,
  { name, ignoreExists, driver }: ParsedCreate,
): Promise<NetworkSummary | undefined> {
  if (name === undefined || !ignoreExists) return undefined;
  const found = (await catalogue.read()).entries.get(name)?.summary;
  if (found === undefined || found.driver === driver) return found;
  const summary = `network ${name} exists with driver ${found.driver}, not ${driver}`;
  throw new LibcniError('ERR_CONFLICT', summary, { jsonPath: '$.driver', value: driver, network: name });
}

/** @returns `undefined` if another process was quicker, so that something else must be chosen */
async function claimAndWrite(
  context: NetworksContext,
  parts: CreateParts,
  chosen: ChosenPlan,
): Promise<CreatedNetwork | undefined> {
  const { plan } = chosen;
  const plugins = pluginsOf(parts, chosen);
  const types = plugins.flatMap(({ type, ipam }) => [String(type), ...ipamTypes(ipam)]);
  const { cniVersion: wanted, missingPlugins: missing } = parts.request;
  const { cniVersion, warnings } = await checkPlugins(context, { types, wanted, missing });
  const bridges = parts.driver.makesInterface && plan.interface ? [`if-${plan.interface}`] : [];
  const giveBack = await context.claims.take({
    names: [`net-${plan.name}`, ...bridges],
    subnets: plan.subnets.map(({ subnet }) => subnet),
  });
  if (giveBack === undefined) return undefined;
  try {
    // What others wrote before the claims is visible now; later, the claims keep them out.
    if (!(await chosen.isStillFree())) return undefined;
    return await write(context, parts, { chosen, plugins, cniVersion, warnings });
  } finally {
    await giveBack();
  }
}

function pluginsOf({ driver, dns }: CreateParts, { plan }: ChosenPlan): JsonObject[] {
  const own = driver.plugins(plan);
  return dns ? [...own, { type: 'dnsname', domainName: 'dns.isulad', capabilities: { aliases: true } }] : own;
}

function ipamTypes(ipam: unknown): string[] {
  return typeof ipam === 'object' && ipam !== null && 'type' in ipam ? [String(ipam.type)] : [];
}

interface NetworkFile {
  readonly chosen: ChosenPlan;
  readonly plugins: readonly JsonObject[];
  readonly cniVersion: CniVersion;
  readonly warnings: readonly string[];
}

async function write(
  { confDir, catalogue }: NetworksContext,
  { request: { labels, options } }: CreateParts,
  { chosen: { plan, keepInterface, warnings: more }, plugins, cniVersion, warnings }: NetworkFile,
): Promise<CreatedNetwork | undefined> {
  const libcni = {
    created: new Date().toISOString(),
    subnets: plan.subnets,
    ...(keepInterface && { keepInterface }),
  };
  const args = { podman_labels: labels, podman_options: options, libcni };
  const data = `${JSON.stringify({ cniVersion, name: plan.name, args, plugins }, undefined, 2)}\n`;
  const file = join(confDir, networkFileName(plan.name));
  try {
    await createFileExclusive({ file, data, mode: FILE_MODE, dirMode: DIR_MODE });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  }
  const made = (await catalogue.read()).entries.get(plan.name);
  if (made === undefined)
    throw new LibcniError('ERR_CONFLICT', 'the network was removed as soon as it was created', { file });
  return { ...made.summary, existed: false, warnings: [...warnings, ...more] };
}
