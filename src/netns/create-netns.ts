import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { HelperClient } from '../helper/index.js';
import { defaultNetnsFolder } from './default-folder.js';
import { Netns } from './netns.js';
import { netnsFailure } from './netns-failure.js';
import { makeLink, type NetnsLinkOptions } from './netns-link.js';
import { checkNetnsName } from './netns-name.js';
import type { NetnsOptions } from './netns-options.js';
import { removeNetns } from './remove-netns.js';

/** Where a new namespace is kept: at `path`, or as `name` in `dir`. */
export interface CreateNetnsOptions extends NetnsOptions {
  /**
   * The whole path of its file. The folder above it stays the caller's own: it is made where it is missing, but not
   * turned into a shared mount as `dir` is.
   */
  readonly path?: string | undefined;
  /** The name of its file. @default cni- and 16 random hexadecimal digits */
  readonly name?: string | undefined;
  /**
   * The folder of its file, which becomes a shared mount as with `ip netns add`. @default /var/run/netns as root, else
   * `$XDG_RUNTIME_DIR/netns`
   */
  readonly dir?: string | undefined;
  /** A link to it in another folder, as `<pod>-<8 hexadecimal digits>`. @default none */
  readonly link?: NetnsLinkOptions | undefined;
}

/**
 * Makes a network namespace that persists through a bind mount on its file.
 *
 * @throws LibcniError `ERR_IN_USE` where the file exists, `ERR_PERMISSION`, `ERR_NETNS` with the failed step.
 */
export async function createNetns(options: CreateNetnsOptions = {}): Promise<Netns> {
  const { helper = HelperClient.shared(), link } = options;
  const path = choosePath(options);
  if (link !== undefined) checkNetnsName(link.pod);
  try {
    const info = await helper.createNetns(path, { shareFolder: options.path === undefined });
    return new Netns(path, info, helper, link && (await linkOrRemove(path, link, helper)));
  } catch (error) {
    throw netnsFailure('create', path, error);
  }
}

function choosePath({ path, name, dir }: CreateNetnsOptions): string {
  if (path !== undefined) return resolve(path);
  const chosen = name ?? `cni-${randomBytes(8).toString('hex')}`;
  checkNetnsName(chosen);
  return join(resolve(dir ?? defaultNetnsFolder()), chosen);
}

/** The link comes last and goes first, so that it never leads to nothing. */
async function linkOrRemove(path: string, link: NetnsLinkOptions, helper: HelperClient): Promise<string> {
  try {
    return await makeLink(path, link);
  } catch (error) {
    await removeNetns(path, { helper });
    throw error;
  }
}
