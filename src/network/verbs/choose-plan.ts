import { existsSync } from 'node:fs';
import { parseSubnet } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { hostNetworks } from '../addressing/host-networks.js';
import { overlapping } from '../addressing/overlap.js';
import type { NetworksContext } from '../context.js';
import type { DriverRequest, NetworkPlan } from '../drivers/driver.js';
import type { NetworkIpam } from '../network.js';
import { networkFileName } from '../store/read-network.js';
import { type CreateParts, chooseSubnets, type Surroundings, usedByNetworks } from './choose-subnets.js';

/** iSulad's limit for generated bridge names. */
const MOST_NUMBERED = 1024;

/** Everything that a new network will have. */
export interface ChosenPlan {
  readonly plan: NetworkPlan;
  /** Whether its bridge existed before, and stays when the network is removed. */
  readonly keepInterface: boolean;
  readonly warnings: readonly string[];
  /** Checks again that everything is free. @returns `false` if something that was chosen is taken now */
  readonly isStillFree: () => Promise<boolean>;
}

/**
 * Chooses what the caller left open, and refuses invalid requests.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_CONFLICT` that names the owner, `ERR_EXHAUSTED`, `ERR_NOT_FOUND`
 */
export async function choosePlan(context: NetworksContext, parts: CreateParts): Promise<ChosenPlan> {
  const around = await lookAround(context);
  const { request, driver, dns } = parts;
  const driverRequest = {
    ...request,
    isolate: request.isolate ?? false,
    dns: dns || undefined,
    hasSubnets: request.subnets.length > 0,
  };
  driver.validate(driverRequest, around.host);
  const ipam = driver.ipamFor(driverRequest);
  const name = request.name ?? (request.bridge || numbered(parts, around));
  refuseTakenName(context, name, around);
  const device = interfaceOf(parts, name, around);
  const keepInterface = driver.makesInterface && device !== undefined && around.host.interfaces.has(device);
  if (keepInterface) await driver.validateInterface?.(device, context.tools);
  const subnets = chooseSubnets(context, { parts, ipam, device }, around);
  const plan = planOf(parts, { name, interface: device, ipam, subnets }, driverRequest);
  return {
    plan,
    keepInterface,
    warnings: dhcpWarnings(ipam),
    isStillFree: async () => isFree(context, parts, plan),
  };
}

async function lookAround({ catalogue }: NetworksContext): Promise<Surroundings> {
  const [state, host] = await Promise.all([catalogue.read(), hostNetworks()]);
  return { state, host };
}

function planOf(
  { request, dns }: CreateParts,
  chosen: Pick<NetworkPlan, 'name' | 'interface' | 'ipam' | 'subnets'>,
  { internal, isolate, ipMasq }: DriverRequest,
): NetworkPlan {
  const { mtu, vlan, mode } = request;
  return { ...chosen, internal, isolate, ipMasq: ipMasq ?? !internal, dns, mtu, vlan, mode };
}

function numbered({ driver }: CreateParts, { state, host }: Surroundings): string {
  const interfaces = [...state.entries.values()].map(({ summary }) => summary.interface);
  const taken = new Set([...state.entries.keys(), ...interfaces, ...host.interfaces]);
  const broken = (name: string) =>
    state.problems.some(({ file }) => file.endsWith(`/${networkFileName(name)}`));
  for (let number = 0; number < MOST_NUMBERED; number++) {
    const name = `${driver.namePrefix}${number}`;
    if (!taken.has(name) && !broken(name)) return name;
  }
  const summary = `all names from ${driver.namePrefix}0 to ${driver.namePrefix}${MOST_NUMBERED - 1} are taken: choose a name`;
  throw new LibcniError('ERR_EXHAUSTED', summary);
}

function refuseTakenName({ confDir }: NetworksContext, name: string, { state }: Surroundings): void {
  const file = `${confDir}/${networkFileName(name)}`;
  const found = state.entries.get(name)?.summary.file ?? (existsSync(file) ? file : undefined);
  if (found === undefined) return;
  const summary = `network ${name} exists already: choose another name, or remove it`;
  throw new LibcniError('ERR_CONFLICT', summary, {
    jsonPath: '$.name',
    value: name,
    file: found,
    network: name,
  });
}

function interfaceOf(parts: CreateParts, name: string, around: Surroundings): string | undefined {
  const { driver, request } = parts;
  if (!driver.makesInterface) return request.parent;
  if (request.bridge === undefined) return numbered({ ...parts }, without(around, name));
  const owner = [...around.state.entries.values()].find(
    ({ summary }) => summary.interface === request.bridge,
  );
  if (owner === undefined) return request.bridge;
  const summary = `bridge ${request.bridge} belongs to network ${owner.summary.name}: choose another one`;
  throw new LibcniError('ERR_CONFLICT', summary, {
    jsonPath: '$.bridge',
    value: request.bridge,
    network: owner.summary.name,
  });
}

/** A network may have the name of its own bridge. */
function without({ state, host }: Surroundings, name: string): Surroundings {
  const entries = new Map([...state.entries].filter(([other]) => other !== name));
  return { state: { ...state, entries }, host };
}

/** Names given by the caller are not replaced: the next check refuses them, not this one. */
async function isFree(
  context: NetworksContext,
  { driver }: CreateParts,
  plan: NetworkPlan,
): Promise<boolean> {
  const { state } = await lookAround(context);
  const used = usedByNetworks(state);
  const isTaken = plan.subnets.some(({ subnet: text }) => {
    const subnet = parseSubnet(text);
    return subnet !== undefined && overlapping(subnet, used) !== undefined;
  });
  const names = [...state.entries.values()].map(({ summary }) => summary.interface);
  const hasBridge = driver.makesInterface && names.includes(plan.interface);
  return !isTaken && !hasBridge && !state.entries.has(plan.name);
}

function dhcpWarnings(ipam: NetworkIpam): string[] {
  const socket = '/run/cni/dhcp.sock';
  if (ipam !== 'dhcp' || existsSync(socket)) return [];
  return [
    `the daemon of the plugin dhcp is not running (${socket} is missing): start it with "dhcp daemon" to attach`,
  ];
}
