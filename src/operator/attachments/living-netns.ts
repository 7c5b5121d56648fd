import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { isNetns, type NetnsLimits } from '../../netns/index.js';
import type { OperatorContext } from '../context.js';
import type { AttachmentKey } from '../state/attachment-key.js';
import { type Attachment, keyOf } from './attachment.js';

/** What no other time, right or process would make better. */
const HOPELESS = ['ELOOP', 'ENAMETOOLONG', 'ESTALE', 'EINVAL'];

/** Where an attachment is said to be. */
export interface NetnsPlace extends NetnsLimits {
  readonly path: string;
  readonly key: AttachmentKey;
}

/**
 * The path of a namespace that is there, else the empty path, which is what plugins are given then: most of them fail
 * on a path that leads nowhere. A path that can never be one, such as a loop of links, counts as that, with a warning.
 *
 * @throws LibcniError `ERR_PERMISSION`, `ERR_NETNS`, `ERR_HELPER`, `ERR_ABORTED`, `ERR_TIMEOUT` where it cannot be told.
 */
export async function livingNetns(
  context: OperatorContext,
  { path, key, ...limits }: NetnsPlace,
): Promise<string> {
  if (path === '') return '';
  try {
    return (await isNetns(path, { helper: context.helper, ...limits })) ? path : '';
  } catch (error) {
    if (!(error instanceof LibcniError) || !hasCode(error.cause, ...HOPELESS)) throw error;
    warnOfUnusable(context, { path, key }, error);
    return '';
  }
}

/** Where to look for the namespace of an attachment, and for how long. */
export interface LivingNetnsOptions extends NetnsLimits {
  /** A path to look at first. @default none */
  readonly preferred?: string | undefined;
}

/** An attachment with the first of two paths where there is a namespace: the preferred one and its own. */
export async function inLivingNetns(
  context: OperatorContext,
  { list, rt }: Attachment,
  { preferred = '', ...limits }: LivingNetnsOptions = {},
): Promise<Attachment> {
  const key = keyOf({ list, rt });
  for (const path of new Set([preferred, rt.netns])) {
    const netns = await livingNetns(context, { path, key, ...limits });
    if (netns !== '') return { list, rt: { ...rt, netns } };
  }
  return { list, rt: { ...rt, netns: '' } };
}

function warnOfUnusable({ warnings }: OperatorContext, { path, key }: NetnsPlace, cause: LibcniError): void {
  const { network, containerId, ifName } = key;
  const message = `attachment of container ${containerId} to network ${network} on ${ifName}: its namespace counts as gone: ${cause.summary}`;
  warnings.warn({ code: 'NETNS_UNUSABLE', message, network, containerId, ifName, file: path, cause });
}
