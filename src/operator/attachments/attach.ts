import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { networkConfFromBytes, type RuntimeConf } from '../../libcni/index.js';
import { loopbackUp } from '../../netns/index.js';
import type { OperatorContext } from '../context.js';
import { attachOne, withWarnings } from './attach-one.js';
import type { MadeAttachment, WantedAttachment } from './attachment.js';
import { refuseUnmetDemands } from './demands.js';
import { detachOne } from './detach.js';
import { moveDefaultRoute } from './move-default-route.js';
import type { AttachRequest, OperatorOptions } from './request.js';
import { resolveRequest } from './resolve.js';
import { type AttachedNetwork, summarize } from './summary.js';

const ROLLBACK_TIMEOUT_MS = 30_000;

/** What an attach made. */
export interface AttachResult {
  /** In the order in which they were attached. */
  readonly networks: readonly AttachedNetwork[];
  /** What reached nobody or looks wrong, for example arguments that no plugin of a network declares. */
  readonly warnings: readonly string[];
}

/**
 * Attaches a container to its networks, one after another. After a failure, those that this call attached are
 * detached in reverse, with a time budget of their own.
 */
export async function attach(
  context: OperatorContext,
  request: AttachRequest,
  options: OperatorOptions,
): Promise<AttachResult> {
  const { attachments, warnings } = resolveRequest(context, request);
  await bringLoopbackUp(context, request, options);
  return await withWarnings(context, request.id, async (reported) => {
    const networks = await attachAll(context, attachments, options);
    return { networks, warnings: [...warnings, ...reported.map(({ message }) => message)] };
  });
}

async function attachAll(
  context: OperatorContext,
  attachments: readonly WantedAttachment[],
  options: OperatorOptions,
): Promise<AttachedNetwork[]> {
  const made: MadeAttachment[] = [];
  try {
    for (const attachment of attachments) {
      const result = await attachOne(context, attachment, options);
      made.push({ attachment, result });
      refuseUnmetDemands(attachment, summaryOf({ attachment, result }));
    }
    return (await moveDefaultRoute(context, made, options)).map(summaryOf);
  } catch (error) {
    throw await undo(context, made, error);
  }
}

function summaryOf({ attachment, result }: MadeAttachment): AttachedNetwork {
  const { namespace, isDefault, list, rt } = attachment;
  return summarize({ name: list.name, namespace, isDefault, ifName: rt.ifName }, result);
}

async function undo(
  context: OperatorContext,
  made: readonly MadeAttachment[],
  failure: unknown,
): Promise<unknown> {
  const errors: Error[] = [];
  for (const { attachment } of [...made].reverse()) {
    try {
      await detachOne(context, attachment, { timeoutMs: ROLLBACK_TIMEOUT_MS });
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return errors.length === 0 ? failure : withErrors(failure, errors);
}

function withErrors(failure: unknown, errors: readonly Error[]): unknown {
  if (failure instanceof LibcniError || failure instanceof PluginError) {
    return failure.with({ rollbackErrors: [...failure.rollbackErrors, ...errors] });
  }
  const first = failure instanceof Error ? failure : new Error(String(failure));
  return new LibcniAggregateError([first, ...errors], 'attaching and its rollback failed');
}

const LOOPBACK = JSON.stringify({
  cniVersion: '0.3.1',
  name: 'cni-loopback',
  plugins: [{ type: 'loopback' }],
});

async function bringLoopbackUp(
  { cni, helper, loopback }: OperatorContext,
  { id, netns }: AttachRequest,
  options: OperatorOptions,
): Promise<void> {
  if (loopback === 'none') return;
  if (loopback === 'helper') return await loopbackUp(netns, { helper });
  const rt: RuntimeConf = { containerId: id, netns, ifName: 'lo' };
  await cni.addNetworkList(networkConfFromBytes(LOOPBACK), rt, { ...options, rollback: false });
}
