import { setTimeout as sleep } from 'node:timers/promises';
import { addCircumstances } from '../../errors/add-circumstances.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { addRollbackErrors } from '../../errors/with-rollback-errors.js';
import type { LibcniWarning } from '../../libcni/index.js';
import { refuseHostNetns } from '../../libcni/netns-before.js';
import { refuseUnusedCapabilities } from '../../libcni/unused-capabilities.js';
import { Patience } from '../../platform/locks/index.js';
import { lookAtNetns, type NetnsLook } from '../../platform/netns/index.js';
import { type Attachment, keyOf, type MadeAttachment, type WantedAttachment } from '../attachment.js';
import { checkNames } from '../attachment-key.js';
import { whyNoDefault } from '../conf-store/index.js';
import { refuseTakenDown } from '../records/refuse-record.js';
import type { AttachRequest, OperatorOptions } from '../request/request.js';
import { type Resolution, resolveRequest } from '../request/resolve.js';
import { validateNames } from '../request/validate-names.js';
import { moveDefaultRoute } from '../routes/move-default-route.js';
import { refusePortsOfOthers } from '../undo/begin-intent.js';
import { type InterfaceOwner, interfacesThere, refuseTakenInterface } from '../undo/interface-owners.js';
import { type AttachOneOptions, attachOne } from './attach-one.js';
import type { OperatorContext } from './context.js';
import { detachOne } from './detach.js';
import { bringLoopbackUp } from './loopback.js';
import { type AttachedNetwork, summarize } from './summary.js';

const ROLLBACK_TIMEOUT_MS = 30_000;
const RELOAD_MS = 1000;

/** The result of an attach. */
export interface AttachResult {
  /** In the order in which they were attached. */
  readonly networks: readonly AttachedNetwork[];
  /** Warnings, for example about arguments that no plugin of a network declares. */
  readonly warnings: readonly string[];
}

/**
 * Attaches a container to its networks, one after another. After a failure, those that this call attached are
 * detached in reverse, with a time budget of their own. Garbage collection waits meanwhile.
 */
export async function attach(
  context: OperatorContext,
  request: AttachRequest,
  options: OperatorOptions,
): Promise<AttachResult> {
  try {
    return await attachPod(context, request, options);
  } catch (error) {
    throw addCircumstances(error, { verb: 'ADD', containerId: request.id });
  }
}

async function attachPod(
  context: OperatorContext,
  request: AttachRequest,
  options: OperatorOptions,
): Promise<AttachResult> {
  validateNames(request);
  const { attachments, warnings, seen } = await resolve(context, request, options);
  refuseNumberedNames(attachments);
  if (context.strict) refuseWarnings(attachments, warnings);
  const reported: LibcniWarning[] = [];
  const attachThem = async () => {
    const reporting = { ...options, reported, seen };
    await refusePortsOfOthers(context, attachments);
    const lo = await bringLoopbackUp(context, request, reporting);
    return await attachAll(context, { attachments, before: lo ? [lo] : [] }, reporting);
  };
  const networks = await context.gate.withWork(attachThem, new Patience(options));
  return { networks, warnings: [...warnings, ...reported.map(({ message }) => message)] };
}

/** The kernel puts a number in the place of `%d`, so that DEL would not find the interface. */
function refuseNumberedNames(attachments: readonly Attachment[]): void {
  const ifName = attachments.map(({ rt }) => rt.ifName).find((name) => name.includes('%'));
  if (ifName === undefined) return;
  const summary = `interface name "${ifName}" contains "%", which the kernel replaces: choose another one`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value: ifName, ifName });
}

/** @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID` instead of a warning about the request. */
function refuseWarnings(attachments: readonly Attachment[], warnings: readonly string[]): void {
  for (const { list, rt } of attachments) refuseUnusedCapabilities(list, rt);
  if (warnings.length > 0) throw new LibcniError('ERR_ANNOTATION', warnings.join('; '), { value: warnings });
}

/** A taken interface is refused before anything runs. It is checked again under a lock. */
async function resolve(
  context: OperatorContext,
  request: AttachRequest,
  options: OperatorOptions,
): Promise<Resolution & { readonly seen: NetnsLook }> {
  const look = await lookAtNetns(context.helper, { path: request.netns, signal: options.signal });
  refuseHostNetns(look, request.netns, request);
  const there = await interfacesThere(context, { ...request, look });
  const resolution = await resolveOrReload(context, { request, there }, options);
  for (const attachment of resolution.attachments) {
    checkNames(keyOf(attachment));
    refuseTakenInterface(attachment, there);
  }
  return { ...resolution, seen: look };
}

interface ResolveParts {
  readonly request: AttachRequest;
  readonly there: readonly InterfaceOwner[];
}

/** An unknown network may be in a file that was written a moment ago. */
async function resolveOrReload(
  context: OperatorContext,
  { request, there }: ResolveParts,
  options: OperatorOptions,
): Promise<Resolution> {
  const { store } = context;
  const resolveNow = () => {
    const surroundings = { snapshot: store.snapshot(), problems: store.problems, there };
    return resolveRequest(request, { ...surroundings, whyNoDefault: () => whyNoDefault(store) });
  };
  try {
    return resolveNow();
  } catch (error) {
    if (!hasCode(error, 'ERR_NOT_FOUND', 'ERR_NO_CONFIGS')) throw error;
    await reloadSoon(context, options);
    return resolveNow();
  }
}

/** Reads the configuration again, but does not wait long: some other file may be written slowly. */
async function reloadSoon(
  { store }: OperatorContext,
  { signal, timeoutMs = RELOAD_MS }: OperatorOptions,
): Promise<void> {
  const waiting = new AbortController();
  const signals = [waiting.signal, ...(signal ? [signal] : [])];
  const limit = sleep(Math.min(timeoutMs, RELOAD_MS), undefined, { signal: AbortSignal.any(signals) });
  await Promise.race([store.reload(), limit]).catch(() => {});
  waiting.abort();
  await limit.catch(() => {});
}

interface AttachmentsToMake {
  readonly attachments: readonly WantedAttachment[];
  /** What this call has already made. */
  readonly before: readonly Attachment[];
}

async function attachAll(
  context: OperatorContext,
  { attachments, before }: AttachmentsToMake,
  options: AttachOneOptions,
): Promise<AttachedNetwork[]> {
  const { gaps } = context.gate;
  const made: MadeAttachment[] = [];
  try {
    for (const attachment of attachments) {
      const result = await attachOne(context, attachment, options);
      made.push({ attachment, result });
      refuseUnmetDemands(attachment, summaryOf({ attachment, result }));
    }
    await context.gate.renew(new Patience(options));
    if (context.gate.gaps !== gaps)
      for (const { attachment } of made) refuseTakenDown(context.records, keyOf(attachment));
    return (await moveDefaultRoute(made, context, options)).map(summaryOf);
  } catch (error) {
    throw await undo(context, [...before, ...made.map(({ attachment }) => attachment)], {
      error,
      trace: options.trace,
    });
  }
}

function summaryOf({ attachment, result }: MadeAttachment): AttachedNetwork {
  const { namespace, isDefault, list, rt } = attachment;
  return summarize({ name: list.name, namespace, isDefault, ifName: rt.ifName }, result);
}

/**
 * Refuses an attachment that is not as requested.
 *
 * @throws LibcniError `ERR_CONFLICT` with the requested value.
 */
function refuseUnmetDemands({ list, rt, demands }: WantedAttachment, attached: AttachedNetwork): void {
  const bare = [...attached.ipv4, ...attached.ipv6];
  const missing = demands?.ips?.find((ip) => !attached.addresses.includes(ip) && !bare.includes(ip));
  const mac = demands?.mac?.toLowerCase();
  const wrongMac = mac !== undefined && attached.mac?.toLowerCase() !== mac ? mac : undefined;
  const unmet = missing ?? wrongMac;
  if (unmet === undefined) return;
  const { containerId, ifName } = rt;
  const where = { value: unmet, network: list.name, containerId, ifName };
  throw new LibcniError('ERR_CONFLICT', `the plugins did not assign the requested address ${unmet}`, where);
}

interface FailedAttach extends Pick<OperatorOptions, 'trace'> {
  readonly error: unknown;
}

/** The undo has limits of its own, but belongs to the same trace. */
async function undo(
  context: OperatorContext,
  made: readonly Attachment[],
  { error: failure, trace }: FailedAttach,
): Promise<unknown> {
  const errors: Error[] = [];
  for (const attachment of [...made].reverse()) {
    try {
      await detachOne(context, attachment, { timeoutMs: ROLLBACK_TIMEOUT_MS, trace });
    } catch (error) {
      errors.push(asError(error));
    }
  }
  return errors.length === 0 ? failure : addRollbackErrors(asError(failure), errors);
}
