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

/** What is needed to move routes and update the records. */
interface RouteParts {
  readonly cni: CNIConfig;
  readonly gate: GcGate;
  readonly helper: HelperClient;
  readonly records: Records;
  readonly warnings: WarningCollector;
}

/**
 * Gives the default routes to the attachment whose selection requests them. Also updates the results and their records:
 * CHECK compares the records with the kernel, and would miss the removed routes.
 *
 * @returns the attachments with updated results
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

/** A selection without gateways keeps the default routes that its plugins made, if any. */
function warnOfNoDefaultRoute(warnings: WarningCollector, made: MadeAttachment | undefined): void {
  const routes = made ? (to100(made.result).routes ?? []) : [];
  if (made === undefined || routes.some(({ dst }) => DEFAULT_ROUTES.some((wanted) => wanted === dst))) return;
  const key = keyOf(made.attachment);
  const message = `network ${key.network} provides the default routes of the pod by default-route without a gateway, and its plugins made no default route, so the pod has none; name a gateway`;
  warnings.warn({ code: 'NO_DEFAULT_ROUTE', message, ...key });
}

/** The result of an attachment with default routes through these gateways, or without any. */
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
