import { writeCache } from '../../libcni/cache/write-cache.js';
import { type CNIConfig, convertResult, type Result, type Result100 } from '../../libcni/index.js';
import type { HelperClient } from '../../platform/helper/index.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import { keyOf, type MadeAttachment } from '../attachment.js';
import type { GcGate } from '../locks/gc-gate.js';
import type { Records } from '../records/records.js';
import type { OperatorOptions } from '../request/request.js';
import type { WarningCollector } from '../warning-collector.js';
import { setDefaultRoute } from './default-route.js';

const DEFAULT_ROUTES = ['0.0.0.0/0', '::/0'] as const;

/** What it takes to move routes, and to say so in the records. */
interface RouteParts {
  readonly cni: CNIConfig;
  readonly gate: GcGate;
  readonly helper: HelperClient;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/**
 * Gives the default routes to the attachment whose selection asks for them. The results and their records say so
 * too: CHECK compares the records with the kernel, and would miss the routes that were taken away.
 *
 * @returns the attachments with the results of now
 */
export async function moveDefaultRoute(
  made: readonly MadeAttachment[],
  parts: RouteParts,
  options: OperatorOptions,
): Promise<readonly MadeAttachment[]> {
  const owner = made.find(({ attachment }) => attachment.demands?.defaultRoute !== undefined)?.attachment;
  if (owner === undefined) return made;
  await setDefaultRoute(owner, parts.helper, options);
  const moved = made.map(({ attachment, result }) => {
    const gateways = attachment === owner ? owner.demands?.defaultRoute : undefined;
    return { attachment, result: withDefaultRoutes(result, gateways) };
  });
  for (const one of moved) await recordAgain(one, parts, options);
  warnOfNoDefaultRoute(
    parts.warnings,
    moved.find(({ attachment }) => attachment === owner),
  );
  return moved;
}

/** Who asks for the default routes without naming gateways gets those that its plugins made: none, if they made none. */
function warnOfNoDefaultRoute(warnings: WarningCollector, made: MadeAttachment | undefined): void {
  const routes = made ? (to100(made.result).routes ?? []) : [];
  if (made === undefined || routes.some(({ dst }) => DEFAULT_ROUTES.some((wanted) => wanted === dst))) return;
  const key = keyOf(made.attachment);
  const message = `network ${key.network} has the default routes of the pod by default-route and names no gateway, and its plugins made none: the pod has no default route; name a gateway`;
  warnings.warn({ code: 'NO_DEFAULT_ROUTE', message, ...key });
}

/** The result of an attachment that has default routes by these gateways, or by none. */
export function withDefaultRoutes(raw: Result, gateways: readonly string[] | undefined): Result {
  const added = [...new Set(gateways)].map((gw) => ({ dst: gw.includes(':') ? '::/0' : '0.0.0.0/0', gw }));
  const replaced: readonly string[] = gateways ? added.map(({ dst }) => dst) : DEFAULT_ROUTES;
  const current = to100(raw);
  const kept = (current.routes ?? []).filter(({ dst }) => !replaced.includes(dst));
  return convertResult({ ...current, routes: [...kept, ...added] }, raw.cniVersion);
}

async function recordAgain(
  { attachment, result }: MadeAttachment,
  { cni, gate, records }: RouteParts,
  options: OperatorOptions,
): Promise<void> {
  const { list, rt } = attachment;
  const write = async ({ throwIfLost }: HeldLock) => {
    // Somebody may have detached it meanwhile.
    if ((await cni.getNetworkListCachedResult(list, rt)) === undefined) return;
    throwIfLost();
    const netnsIdentity = records.find(keyOf(attachment))?.netnsIdentity;
    await writeCache(
      { cacheDir: records.cacheDir, foreignFolders: 'allow' },
      { network: list.name, config: list.bytes, rt, result, netnsIdentity },
    );
  };
  await gate.withLock(keyOf(attachment), write, new Patience(options));
}

function to100(raw: Result): Result100 {
  return convertResult(raw, '1.1.0');
}
