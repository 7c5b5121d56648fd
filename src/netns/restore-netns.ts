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

/** How to restore a namespace. */
export interface RestoreNetnsOptions extends NetnsOptions {
  /**
   * Makes the folder a shared mount first, if the namespace must be created again. `createNetns` does so for a namespace in
   * a folder of namespaces, but not for one at a path. @default false
   */
  readonly shareFolder?: boolean | undefined;
  /**
   * Whether the folder may belong to, or be writable by, a user other than root and this one, who could then replace its
   * content. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /**
   * The link for a namespace that is restored by its own path: an existing link of that pod, or a new one. @default none
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

/** A restored namespace. */
export interface RestoredNetns {
  readonly netns: Netns;
  /**
   * True if it had to be created again because the file was empty or gone, as after a reboot: it has only `lo`, and networks
   * must be attached again. False if it still existed.
   */
  readonly fresh: boolean;
}

/**
 * Restores the namespace at `path` after a restart or a reboot: opens the existing one, or creates a new one on the
 * leftover file. However many callers do so at a time, one namespace is created, and each requested link leads to it.
 *
 * @param path - its file, or a link to it made by `createNetns`, which the handle removes with it
 * @throws LibcniError `ERR_NETNS` if the file is something else, which is left alone, or the link cannot be created;
 * `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` if an argument is invalid.
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
  // A failure after creating the namespace would lose the fact that it is new, so the link comes first.
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
