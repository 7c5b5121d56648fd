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

/** Where a file system does not answer, nobody waits for it any longer. */
const CLEANUP_MS = 2000;

/** Where a new namespace is kept: either at `path`, or as `name` in `dir`. */
export interface CreateNetnsOptions extends NetnsOptions {
  /**
   * The whole path of its file. The folder above it is made where it is missing. It may be any folder, so it is not
   * turned into a shared mount unless `shareFolder` says so.
   */
  readonly path?: string | undefined;
  /** The name of its file. @default libcni- and 16 random hexadecimal digits */
  readonly name?: string | undefined;
  /** The folder of its file, one for namespaces. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly dir?: string | undefined;
  /**
   * Makes the folder a shared mount once, as `ip netns add` does, by mounting it on itself where it is no mount point:
   * then the namespace can be seen in other mount namespaces and removed from them. The folder is a mount point from
   * then on, with all that is in it, which few folders but one for namespaces should be.
   * @default true for `dir`, false for `path`
   */
  readonly shareFolder?: boolean | undefined;
  /**
   * Whether the folder may belong to, or be writable for, a user who is neither root nor this one, and who could then
   * replace what is in it. The group of root counts as root. @default refuse
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
 * Makes a network namespace that persists through a bind mount on its file. One whose making is ended, for example a
 * wait for a folder that somebody has locked, leaves nothing; only where the file system did not answer within a second
 * after that, an empty file of a name that was given may stay.
 *
 * @throws LibcniError `ERR_IN_USE` where the file exists, `ERR_PERMISSION` also for a folder that others may change,
 * `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_NETNS` with the
 * failed step, `ERR_HELPER`, `ERR_CONF_INVALID` where an option is invalid, or `path` is given together with `name` or
 * `dir`. `value` is the path. Where the helper died, what it may have made is removed if its name was
 * not given; otherwise it is the caller's to remove. One whose link cannot be made is removed again; where that failed,
 * `rollbackErrors` say why.
 */
export async function createNetns(options: CreateNetnsOptions = {}): Promise<Netns> {
  return await keepNetns(parseCreation(options));
}

/** Gives a file to the namespace at `source`, or to a new one. */
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
    // Nobody else can have a namespace of that name.
    if (isCutOff(error) && isNameless(options)) await removeNetns(path, limits).catch(() => undefined);
    throw error;
  }
}

/** What the helper did until its end, or that of the call, is not known. */
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

/** The link comes last, so that it leads to a namespace from its beginning. */
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
