import { resolve } from 'node:path';
import { HelperClient } from '../helper/index.js';
import { Netns } from './netns.js';
import { netnsFailure } from './netns-failure.js';
import { makeLink, type NetnsLinkOptions, readLink } from './netns-link.js';
import type { NetnsOptions } from './netns-options.js';
import { cancelling } from './within-limits.js';

/** How a namespace is brought back. */
export interface RestoreNetnsOptions extends NetnsOptions {
  /**
   * Makes the folder a shared mount first, where the namespace has to be made anew: what `createNetns` does for a
   * namespace in a folder of namespaces and not for one at a path. @default false
   */
  readonly shareFolder?: boolean | undefined;
  /** A link to make where the namespace is restored by its own path. @default none */
  readonly link?: NetnsLinkOptions | undefined;
}

/** A namespace that was brought back. */
export interface RestoredNetns {
  readonly netns: Netns;
  /**
   * True where it had to be made anew, because the file was empty or gone, as after a reboot: it has no interface but
   * `lo`, and networks have to be attached again. False where it was there all the time.
   */
  readonly fresh: boolean;
}

/**
 * The namespace at `path` after a restart or a reboot: the one that is there, or a new one on the file that is left of
 * it. However many do so at a time, one namespace is made.
 *
 * @param path - its file, or a link to it that `createNetns` made, which the handle then removes with it
 * @throws LibcniError `ERR_NETNS` where the file is something else, which is left alone; `ERR_PERMISSION`,
 * `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function restoreNetns(path: string, options: RestoreNetnsOptions = {}): Promise<RestoredNetns> {
  const { helper = HelperClient.shared(), shareFolder = false, link, signal, timeoutMs } = options;
  const given = resolve(path);
  const target = await readLink(given);
  const file = target ?? given;
  try {
    const info = await cancelling(
      { doing: 'restore network namespace', path: file, signal, timeoutMs },
      (end) => helper.createNetns(file, { shareFolder, restore: true, signal: end }),
    );
    const name = target === undefined ? link && (await makeLink(file, link)) : given;
    return { netns: new Netns(file, info, helper, name), fresh: info.made };
  } catch (error) {
    throw netnsFailure('restore', file, error);
  }
}
