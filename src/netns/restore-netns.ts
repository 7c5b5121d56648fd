import { resolve } from 'node:path';
import type * as z from 'zod';
import { booleanField, foreignFoldersField, keys, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { HelperClient } from '../platform/helper/index.js';
import { linkField, netnsFields, netnsPathField } from './call-fields.js';
import { Netns } from './netns.js';
import { netnsFailure } from './netns-failure.js';
import { findOrMakeLink, type NetnsLinkOptions, readLink, removeLink } from './netns-link.js';
import { checkNetnsName } from './netns-name.js';
import type { NetnsOptions } from './netns-options.js';
import { cancelling } from './within-limits.js';

/** How a namespace is brought back. */
export interface RestoreNetnsOptions extends NetnsOptions {
  /**
   * Makes the folder a shared mount first, where the namespace has to be made anew: what `createNetns` does for a
   * namespace in a folder of namespaces and not for one at a path. @default false
   */
  readonly shareFolder?: boolean | undefined;
  /**
   * Whether the folder may belong to, or be writable for, a user who is neither root nor this one, and who could then
   * replace what is in it. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /**
   * The link that the namespace is to have where it is restored by its own path: one of that pod that leads to it, or a
   * new one. @default none
   */
  readonly link?: NetnsLinkOptions | undefined;
}

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      shareFolder: optional(booleanField()),
      foreignFolders: optional(foreignFoldersField()),
      link: optional(linkField()),
    }) satisfies z.ZodType<RestoreNetnsOptions>,
);

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
 * it. However many do so at a time, one namespace is made; each that asks for a link has one that leads to it.
 *
 * @param path - its file, or a link to it that `createNetns` made, which the handle then removes with it
 * @throws LibcniError `ERR_NETNS` where the file is something else, which is left alone, or the link cannot be made;
 * `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` where an argument is invalid.
 */
export async function restoreNetns(path: string, options: RestoreNetnsOptions = {}): Promise<RestoredNetns> {
  parseArgument(netnsPathField(), path, 'path');
  const given = parseOptions(optionsSchema(), options);
  if (given.link !== undefined) checkNetnsName(given.link.pod);
  const { helper = HelperClient.shared(), shareFolder = false, foreignFolders, link, ...limits } = given;
  const foreignFolder = foreignFolders === 'allow';
  const place = resolve(path);
  const target = await readLink(place);
  const file = target ?? place;
  // A failure after the namespace was made would lose that it is fresh, so the link comes first.
  const name =
    target === undefined ? link && (await findOrMakeLink(file, link)) : { path: place, isNew: false };
  try {
    const info = await cancelling({ doing: 'restore network namespace', path: file, ...limits }, (end) =>
      helper.createNetns(file, { shareFolder, foreignFolder, restore: true, signal: end }),
    );
    return { netns: new Netns(file, info, helper, name?.path), fresh: info.made };
  } catch (error) {
    if (name?.isNew) await removeLink(name.path, file).catch(() => undefined);
    throw netnsFailure('restore', file, error);
  }
}
