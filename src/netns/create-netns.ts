import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import { booleanField, foreignFoldersField, keys, optional, textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseOptions } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { asError } from '../errors/system-error.js';
import { HelperClient, type NetnsInfo } from '../platform/helper/index.js';
import { linkField, netnsFields, netnsPathField } from './call-fields.js';
import { defaultNetnsFolder } from './default-folder.js';
import { Netns } from './netns.js';
import { netnsFailure } from './netns-failure.js';
import { makeLink, type NetnsLinkOptions } from './netns-link.js';
import { checkNetnsName } from './netns-name.js';
import type { NetnsOptions } from './netns-options.js';
import { removeNetns } from './remove-netns.js';
import { cancelling } from './within-limits.js';

/** If a file system does not answer, nobody waits for it longer than this. */
const CLEANUP_MS = 2000;

/** Where to keep a new namespace: either at `path`, or as `name` in `dir`. */
export interface CreateNetnsOptions extends NetnsOptions {
  /**
   * The path of its file. A missing parent folder is created. It may be any folder, so it is not turned into a shared mount
   * unless `shareFolder` says so.
   */
  readonly path?: string | undefined;
  /** The name of its file. @default libcni- and 16 random hexadecimal digits */
  readonly name?: string | undefined;
  /** The folder of its file, used only for namespaces. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly dir?: string | undefined;
  /**
   * Makes the folder a shared mount once, as `ip netns add` does, by mounting it on itself if it is not a mount point. Then
   * other mount namespaces can see and remove the namespace. The folder stays a mount point, so use this only for folders
   * of namespaces.
   * @default true for `dir`, false for `path`
   */
  readonly shareFolder?: boolean | undefined;
  /**
   * Whether the folder may belong to, or be writable by, a user other than root and this one, who could then replace its
   * content. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** A link to it in another folder, as `<pod>-<8 hexadecimal digits>`. @default none */
  readonly link?: NetnsLinkOptions | undefined;
}

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      path: optional(netnsPathField()),
      name: optional(textField()),
      dir: optional(netnsPathField()),
      shareFolder: optional(booleanField()),
      foreignFolders: optional(foreignFoldersField()),
      link: optional(linkField()),
    }) satisfies z.ZodType<CreateNetnsOptions>,
);

/**
 * Creates a network namespace that persists through a bind mount on its file. A cancelled call leaves nothing behind,
 * with one exception: if the file system does not answer within a second after that, an empty file may stay if its name
 * was given.
 *
 * @throws LibcniError `ERR_IN_USE` if the file exists, `ERR_PERMISSION` also for a folder that others may change, `ERR_ABORTED`,
 * `ERR_TIMEOUT`, `ERR_NETNS` with the failed step, `ERR_HELPER`, `ERR_CONF_INVALID` if an option is invalid, or `path` is
 * given together with `name` or `dir`. `value` is the path. If the helper died, anything that it may have created is
 * removed if its name was generated; otherwise the caller must remove it. If the link cannot be created, the namespace is
 * removed again; if that fails, `rollbackErrors` say why.
 */
export async function createNetns(options: CreateNetnsOptions = {}): Promise<Netns> {
  return await keepNetns(parseCreation(options));
}

/** Binds the namespace at `source`, or a new one, to a file. */
export async function keepNetns(given: CreateNetnsOptions, source?: string): Promise<Netns> {
  const { helper = HelperClient.shared(), link } = given;
  const path = choosePath(given);
  try {
    const info = await make({ path, source }, helper, given);
    return new Netns(path, info, helper, link && (await linkOrRemove(path, link, helper)));
  } catch (error) {
    throw netnsFailure('create', path, error);
  }
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function parseCreation(options: CreateNetnsOptions): CreateNetnsOptions {
  const given = parseOptions(optionsSchema(), options);
  const { path, name, dir, link } = given;
  if (path !== undefined && (name ?? dir) !== undefined)
    throw new LibcniError('ERR_CONF_INVALID', 'path must not be given together with name or dir', {
      value: path,
    });
  if (link !== undefined) checkNetnsName(link.pod);
  return given;
}

interface NetnsToKeep {
  readonly path: string;
  readonly source: string | undefined;
}

async function make(
  { path, source }: NetnsToKeep,
  helper: HelperClient,
  options: CreateNetnsOptions,
): Promise<NetnsInfo> {
  const { shareFolder = options.path === undefined, signal, timeoutMs } = options;
  const foreignFolder = options.foreignFolders === 'allow';
  const limits = { helper, timeoutMs: CLEANUP_MS };
  try {
    return await cancelling({ doing: 'create network namespace', path, signal, timeoutMs }, (end) =>
      helper.createNetns(path, { source, shareFolder, foreignFolder, signal: end }),
    );
  } catch (error) {
    // Nobody else can have a namespace with that name.
    if (isCutOff(error) && isNameless(options)) await removeNetns(path, limits).catch(() => undefined);
    throw error;
  }
}

/** If the helper or the call has ended, it is unknown what was done. */
function isCutOff(error: unknown): boolean {
  return isOwnError(error) && ['ERR_HELPER', 'ERR_ABORTED', 'ERR_TIMEOUT'].includes(error.code);
}

function isNameless({ path, name }: CreateNetnsOptions): boolean {
  return path === undefined && name === undefined;
}

function choosePath({ path, name, dir }: CreateNetnsOptions): string {
  if (path !== undefined) return resolve(path);
  const chosen = name ?? `libcni-${randomBytes(8).toString('hex')}`;
  checkNetnsName(chosen);
  return join(resolve(dir ?? defaultNetnsFolder()), chosen);
}

/** The link is created last, so that it always leads to a namespace. */
async function linkOrRemove(path: string, link: NetnsLinkOptions, helper: HelperClient): Promise<string> {
  try {
    return await makeLink(path, link);
  } catch (error) {
    const rollbackErrors = await removeNetns(path, { helper }).then(
      () => [],
      (failure) => [asError(failure)],
    );
    const isLeft = rollbackErrors.length > 0 && isOwnError(error);
    throw isLeft ? error.with({ rollbackErrors }) : error;
  }
}
