import { access, constants } from 'node:fs/promises';
import type { LibcniErrorCode } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { mapLimited } from '../../files/map-limited.js';
import { notExecutable } from '../../libcni/exec/not-executable.js';
import { type ConfProblem, type LoadedNetwork, placeOf, whyNoDefault } from '../conf-store/index.js';
import { pluginTypes } from '../conf-store/plugin-types.js';
import type { OperatorOptions } from '../request/request.js';
import type { OperatorContext } from './context.js';

/** A folder may hold a thousand networks, each with a plugin to run. */
const NETWORKS_AT_A_TIME = 16;

/** Whether one network accepts attachments. */
export interface NetworkReadiness {
  readonly name: string;
  /** The file that it comes from; for a network without a file, the name of its source. */
  readonly file: string;
  readonly ready: boolean;
  /** Why not: the code of a plugin or of the library. */
  readonly code?: LibcniErrorCode | number | undefined;
  readonly reason?: string | undefined;
}

/** Whether the operator can attach containers. */
export interface OperatorStatus {
  /** Whether the default network exists and is ready. */
  readonly ready: boolean;
  /** Why not. */
  readonly reason?: string | undefined;
  readonly networks: readonly NetworkReadiness[];
  /** The problems of the configuration folder and its files. */
  readonly problems: readonly ConfProblem[];
}

/**
 * Asks every network whether it is ready: its plugins must be installed and, since 1.1.0, report that they are ready.
 * Plugins that they run must be installed too, as far as the configuration names them: `ipam.type`, `delegate.type`
 * (flannel) and the types in `delegates` (multus).
 */
export async function readStatus(
  context: OperatorContext,
  options: OperatorOptions,
): Promise<OperatorStatus> {
  const { networks, defaultNetwork } = context.store.snapshot();
  const { problems } = context.store;
  const readiness = await mapLimited(networks, NETWORKS_AT_A_TIME, (network) =>
    readinessOf(context, network, options),
  );
  const ofDefault = readiness.find(({ name }) => name === defaultNetwork?.name);
  const reason =
    (await whyNoLoopback(context)) ?? (ofDefault ? ofDefault.reason : whyNoDefault(context.store));
  const ready = reason === undefined && ofDefault !== undefined;
  return { ready, reason, networks: [...readiness, ...unusable(context)], problems };
}

/** Every container is attached to it first. */
async function whyNoLoopback({ cni, exec, loopback }: OperatorContext): Promise<string | undefined> {
  if (loopback !== 'plugin') return undefined;
  try {
    await exec.findInPath('loopback', cni.path);
    return undefined;
  } catch (error) {
    return asError(error).message;
  }
}

/** Networks that are left out because a plugin is missing or too old. Those of broken files have no name. */
function unusable({ store }: OperatorContext): NetworkReadiness[] {
  const { networks, problems } = store.snapshot();
  const seen = new Set(networks.map(({ name }) => name));
  return problems.flatMap(({ network, file, code, reason }) => {
    if (network === undefined || seen.has(network)) return [];
    seen.add(network);
    return [{ name: network, file, ready: false, code, reason }];
  });
}

async function readinessOf(
  { cni, exec }: OperatorContext,
  network: LoadedNetwork,
  options: OperatorOptions,
): Promise<NetworkReadiness> {
  const { name, list } = network;
  const file = placeOf(network);
  try {
    for (const type of pluginTypes(list))
      await refuseNotExecutable(type, await exec.findInPath(type, cni.path));
    await cni.getStatusNetworkList(list, options);
    return { name, file, ready: true };
  } catch (error) {
    const known = isOwnError(error) || error instanceof PluginError;
    const reason = error instanceof Error ? error.message : String(error);
    return { name, file, ready: false, code: known ? error.code : undefined, reason };
  }
}

/** An `Exec` of the caller may return a path that is not a file. */
async function refuseNotExecutable(plugin: string, pluginPath: string): Promise<void> {
  const cause = await access(pluginPath, constants.X_OK).then(() => undefined, asError);
  if (!hasCode(cause, 'EACCES')) return;
  throw notExecutable(pluginPath, 'EACCES', { plugin, cause });
}
