import { writeCache } from '../../libcni/cache/write-cache.js';
import { convertResult, type Result } from '../../libcni/index.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import { keyOf, type MadeAttachment } from '../attachment.js';
import { recordName } from '../attachment-key.js';
import { readRecord } from '../records/records.js';
import { to100 } from '../records/summary.js';
import type { OperatorOptions } from '../request/request.js';
import type { OperatorContext } from '../verbs/context.js';
import { setDefaultRoute } from './default-route.js';

const DEFAULT_ROUTES = ['0.0.0.0/0', '::/0'] as const;

/**
 * Gives the default routes to the attachment whose selection asks for them. The results and their records say so
 * too: CHECK compares the records with the kernel, and would miss the routes that were taken away.
 *
 * @returns the attachments with the results of now
 */
export async function moveDefaultRoute(
  context: OperatorContext,
  made: readonly MadeAttachment[],
  options: OperatorOptions,
): Promise<readonly MadeAttachment[]> {
  const owner = made.find(({ attachment }) => attachment.demands?.defaultRoute !== undefined)?.attachment;
  if (owner === undefined) return made;
  await setDefaultRoute(context, owner, options);
  const moved = made.map(({ attachment, result }) => {
    const gateways = attachment === owner ? owner.demands?.defaultRoute : undefined;
    return { attachment, result: withDefaultRoutes(result, gateways) };
  });
  for (const one of moved) await recordAgain(context, one, options);
  warnOfNoDefaultRoute(
    context,
    moved.find(({ attachment }) => attachment === owner),
  );
  return moved;
}

/** Who asks for the default routes without naming gateways gets those that its plugins made: none, if they made none. */
function warnOfNoDefaultRoute({ warnings }: OperatorContext, made: MadeAttachment | undefined): void {
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
  { cacheDir, cni, gate, records }: OperatorContext,
  { attachment, result }: MadeAttachment,
  options: OperatorOptions,
): Promise<void> {
  const { list, rt } = attachment;
  const write = async ({ throwIfLost }: HeldLock) => {
    // Somebody may have detached it meanwhile.
    if ((await cni.getNetworkListCachedResult(list, rt)) === undefined) return;
    throwIfLost();
    const netnsIdentity = readRecord(records, recordName(keyOf(attachment)))?.netnsIdentity;
    await writeCache(
      { cacheDir, foreignFolders: 'allow' },
      { network: list.name, config: list.bytes, rt, result, netnsIdentity },
    );
  };
  await gate.withLock(keyOf(attachment), write, new Patience(options));
}
