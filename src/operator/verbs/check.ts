import { addCircumstances } from '../../errors/add-circumstances.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { asError } from '../../errors/system-error.js';
import type { ExecOptions } from '../../libcni/index.js';
import { noNetnsError } from '../../libcni/netns-before.js';
import { Operation } from '../../libcni/operation.js';
import { isAtLeast } from '../../libcni/version.js';
import { lookAtNetns } from '../../platform/netns/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import { isUnusable } from '../records/recorded-attachment.js';
import { notAttached, refuseUnrecorded } from '../records/refuse-record.js';
import { withAbsoluteNetns } from '../request/pod-request.js';
import type { OperatorOptions, TargetRequest } from '../request/request.js';
import { validateNames } from '../request/validate-names.js';
import type { OperatorContext } from './context.js';
import { endedError } from './ended-error.js';
import { findTargets, isMeant, placeOf, type Target, wantedInterface } from './targets.js';
import { whyUnreliable } from './unreliable-check.js';
import { withCriDefault } from './with-cri-default.js';

const TRY_AGAIN_LATER = 11;

/** The outcome of CHECK for one attachment. */
export interface CheckOutcome {
  readonly name: string;
  /** Empty if a network is listed without an interface and the container is not attached to it. */
  readonly ifName: string;
  /**
   * - `ok`: every plugin found it as ADD left it.
   * - `unsupported`: its version has no CHECK.
   * - `disabled`: its configuration says `disableCheck`.
   * - `failed`: a plugin found a fault, CHECK could not run, or a listed network is not attached (`ERR_NOT_FOUND`).
   * - `unreliable`: `portmap` found a fault in mapped ports, but its release predates CNI 1.1.0 (as in Debian 12) and also
   *   finds faults in healthy containers. Whether the ports work is unknown.
   * - `tryLater`: a plugin cannot tell now (CNI error code 11).
   */
  readonly outcome: 'ok' | 'unsupported' | 'disabled' | 'failed' | 'unreliable' | 'tryLater';
  /** Why it is not `ok`. */
  readonly error?: Error | undefined;
  /** What the outcome means, if it is `unreliable`. */
  readonly reason?: string | undefined;
}

/**
 * Checks every selected attachment, continuing after faults. Every listed network has an outcome at its place, attached
 * or not.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` that name the attachment being checked; `ERR_CACHE` or
 * `ERR_PERMISSION` if the records cannot be listed, `ERR_CONF_INVALID` for invalid names and limits.
 */
export async function check(
  context: OperatorContext,
  given: TargetRequest,
  options: OperatorOptions,
): Promise<CheckOutcome[]> {
  validateNames(given);
  const request = await withCriDefault(context, given);
  const outcomes: CheckOutcome[] = [];
  const targets = await findTargets(context, withAbsoluteNetns(request));
  for (const target of targets.reverse()) {
    outcomes.push(await outcomeOf(context, target, options));
  }
  const place = ({ name, ifName }: CheckOutcome) => placeOf(context, { network: name, ifName }, request);
  const absent = absentOf(context, request, outcomes);
  return [...outcomes, ...absent].sort((a, b) => place(a) - place(b));
}

/** The outcome of a listed network that has nothing to check. */
function absentOf(
  context: OperatorContext,
  request: TargetRequest,
  outcomes: readonly CheckOutcome[],
): CheckOutcome[] {
  return (request.networks ?? []).flatMap((wanted) => {
    const alone = { ...request, networks: [wanted] };
    if (outcomes.some(({ name, ifName }) => isMeant(context, { network: name, ifName }, alone))) return [];
    const { name } = wanted;
    const ifName = wantedInterface(context, wanted, request);
    const error = notAttached({ verb: 'CHECK', network: name, containerId: request.id, ifName });
    return [{ name, ifName: ifName ?? '', outcome: 'failed', error }];
  });
}

async function outcomeOf(
  context: OperatorContext,
  target: Target,
  options: OperatorOptions,
): Promise<CheckOutcome> {
  if (isUnusable(target)) {
    const { network: name, ifName } = target.found;
    return { name, ifName, outcome: 'failed', error: target.problem };
  }
  const { network: name, ifName } = keyOf(target);
  const error = await checkOne(context, target, options);
  if (error === undefined) return { name, ifName, outcome: target.list.disableCheck ? 'disabled' : 'ok' };
  const reason = await whyUnreliable(context.cni, { ...target, error }, options);
  if (reason !== undefined) return { name, ifName, outcome: 'unreliable', error, reason };
  return { name, ifName, outcome: kindOf(error), error };
}

async function checkOne(
  context: OperatorContext,
  target: Attachment,
  options: OperatorOptions,
): Promise<Error | undefined> {
  const { cni, gate } = context;
  try {
    const checkLocked = async () => {
      refuseUnrecorded(context.records, keyOf(target));
      const operation = new Operation(options);
      const { list, rt, hostNetns } = target;
      await refuseGone(context, target, operation.next());
      await cni.checkNetworkList(list, rt, { ...operation.remaining(), hostNetns });
    };
    await gate.withAttachment(keyOf(target), checkLocked, options);
    return undefined;
  } catch (error) {
    const { signal } = options;
    if (signal?.aborted) throw endedError(error, signal, { verb: 'CHECK', ...keyOf(target) });
    return asError(addCircumstances(error, { verb: 'CHECK', ...keyOf(target) }));
  }
}

/**
 * If the identity of the namespace is unknown, as in records of Go, plugins would run for one that is gone. An operator's
 * attachment without a namespace belongs to a program whose plugins need none.
 */
async function refuseGone(
  { helper, own }: OperatorContext,
  attachment: Attachment,
  limits: ExecOptions,
): Promise<void> {
  const { list, rt, netnsIdentity } = attachment;
  if (netnsIdentity !== undefined || own.isNoted(keyOf(attachment))) return;
  if (list.disableCheck || !isAtLeast(list.cniVersion, '0.4.0')) return;
  const none = noNetnsError(rt.netns, await lookAtNetns(helper, { path: rt.netns, ...limits }));
  if (none !== undefined) throw none;
}

function kindOf(error: Error): CheckOutcome['outcome'] {
  if (isOwnError(error) && error.code === 'ERR_CHECK_UNSUPPORTED') return 'unsupported';
  return error instanceof PluginError && error.code === TRY_AGAIN_LATER ? 'tryLater' : 'failed';
}
