import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { HelperClient, type NetnsInfo } from '../helper/index.js';
import { defaultNetnsFolder } from './default-folder.js';
import { limitedSignal } from './limited-signal.js';
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
  /** Ends the making, such as a wait for a folder that somebody has locked. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it is ended in the same way. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Makes a network namespace that persists through a bind mount on its file.
 *
 * @throws LibcniError `ERR_IN_USE` where the file exists, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_NETNS` with the
 * failed step, `ERR_HELPER`. `value` is the path. Where the helper died, what it may have made is removed if its name was
 * not given; otherwise it is the caller's to remove.
 */
export async function createNetns(options: CreateNetnsOptions = {}): Promise<Netns> {
  const { helper = HelperClient.shared(), link } = options;
  const path = choosePath(options);
  if (link !== undefined) checkNetnsName(link.pod);
  try {
    const info = await make(path, helper, options);
    return new Netns(path, info, helper, link && (await linkOrRemove(path, link, helper)));
  } catch (error) {
    throw netnsFailure('create', path, error);
  }
}

async function make(path: string, helper: HelperClient, options: CreateNetnsOptions): Promise<NetnsInfo> {
  const limit = limitedSignal(options);
  try {
    return await helper.createNetns(path, { shareFolder: options.path === undefined, signal: limit.signal });
  } catch (error) {
    if (isHelperFailure(error) && isNameless(options))
      await removeNetns(path, { helper }).catch(() => undefined);
    throw limit.explain(error, path);
  } finally {
    limit.release();
  }
}

function isHelperFailure(error: unknown): boolean {
  return error instanceof LibcniError && error.code === 'ERR_HELPER';
}

function isNameless({ path, name }: CreateNetnsOptions): boolean {
  return path === undefined && name === undefined;
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
