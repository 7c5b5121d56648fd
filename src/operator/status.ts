import type { LibcniErrorCode } from '../errors/libcni-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { PluginError } from '../errors/plugin-error.js';
import type { OperatorOptions } from './attachments/request.js';
import type { ConfProblem, LoadedNetwork } from './conf-store/index.js';
import { pluginTypes } from './conf-store/plugin-types.js';
import type { OperatorContext } from './context.js';

/** Whether one network can take attachments. */
export interface NetworkReadiness {
  readonly name: string;
  readonly file: string;
  readonly ready: boolean;
  /** Why not: the code of a plugin or of the library. */
  readonly code?: LibcniErrorCode | number | undefined;
  readonly reason?: string | undefined;
}

/** Whether the operator can attach containers. */
export interface OperatorStatus {
  /** Whether the default network is there and ready. */
  readonly ready: boolean;
  /** Why not. */
  readonly reason?: string | undefined;
  readonly networks: readonly NetworkReadiness[];
  /** What is wrong with the configuration folder and its files. */
  readonly problems: readonly ConfProblem[];
}

/**
 * Asks every network whether it is ready: its plugins must be there and, since 1.1.0, say so. Those that they run in
 * their turn must be there too, as far as the configuration names them: `ipam.type`, `delegate.type` (flannel) and the
 * types in `delegates` (multus).
 */
export async function readStatus(
  context: OperatorContext,
  options: OperatorOptions,
): Promise<OperatorStatus> {
  const { networks, defaultNetwork } = context.store.snapshot();
  const { problems } = context.store;
  const asked = networks.map((network) => readinessOf(context, network, options));
  const readiness = await Promise.all(asked);
  const ofDefault = readiness.find(({ name }) => name === defaultNetwork?.name);
  const reason = ofDefault === undefined ? whyNoDefault(context) : ofDefault.reason;
  return { ready: ofDefault?.ready ?? false, reason, networks: readiness, problems };
}

async function readinessOf(
  { cni, exec }: OperatorContext,
  { name, file, list }: LoadedNetwork,
  options: OperatorOptions,
): Promise<NetworkReadiness> {
  try {
    for (const type of pluginTypes(list)) await exec.findInPath(type, cni.path);
    await cni.getStatusNetworkList(list, options);
    return { name, file, ready: true };
  } catch (error) {
    const known = error instanceof LibcniError || error instanceof PluginError;
    const reason = error instanceof Error ? error.message : String(error);
    return { name, file, ready: false, code: known ? error.code : undefined, reason };
  }
}

/** The reason that a person can act on. */
export function whyNoDefault({ confDir, store: { problems } }: OperatorContext): string {
  const where = `no default network among the configurations in ${confDir}`;
  if (problems.length === 0)
    return `${where}: there is no usable file; has the network provider been started?`;
  return `${where}: ${problems.map(({ file, reason }) => `${file}: ${reason}`).join('; ')}`;
}
