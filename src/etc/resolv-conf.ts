import * as z from 'zod';
import { keys } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { ownLines, withOwnLines } from './own-lines.js';
import { readEtcFile } from './read-etc-file.js';
import {
  formatResolvConf,
  parseResolvConf,
  type ResolvConf,
  resolvConfWarnings,
} from './resolv-conf-text.js';
import { type EtcFileOptions, rewriteInPlace } from './rewrite-in-place.js';
import {
  addressField,
  fileField,
  fileFields,
  fileOptionsSchema,
  hostNameField,
  ownerField,
} from './schemas.js';

/** Whose nameservers to change, and how long to wait for the file's lock. */
export interface NameserverOptions extends EtcFileOptions {
  /**
   * Tells the nameservers of one owner, such as a network, from those of another. Only the owner's are removed.
   * @default nameservers
   */
  readonly owner?: string | undefined;
}

const confField = lazy(() =>
  keys({
    nameservers: z.array(addressField()).readonly().default([]),
    searches: z.array(hostNameField()).readonly().default([]),
    options: z
      .array(z.string().regex(/^\S+$/, { error: 'must be one word' }))
      .readonly()
      .default([]),
  }),
);

const nameserversField = lazy(() => z.array(addressField()).readonly());
const optionsSchema = lazy(() => keys({ owner: ownerField().default('nameservers'), ...fileFields() }));

/**
 * Writes a `resolv.conf` in place, or creates it. The old content is lost.
 *
 * @returns what resolvers overlook, in words
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function writeResolvConf(
  file: string,
  conf: Partial<ResolvConf>,
  options?: EtcFileOptions,
): Promise<string[]> {
  const path = parseArgument(fileField(), file, 'file');
  const parsed = parseArgument(confField(), conf, 'conf');
  const limits = parseOptions(fileOptionsSchema(), options);
  await rewriteInPlace(path, () => formatResolvConf(parsed), { ...limits, create: true });
  return resolvConfWarnings(parsed);
}

/**
 * Puts nameservers before all others in a `resolv.conf`, in place. A missing file is created.
 *
 * @returns what resolvers overlook, in words
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function addNameservers(
  file: string,
  nameservers: readonly string[],
  options?: NameserverOptions,
): Promise<string[]> {
  const given = parseChange(file, nameservers, options);
  const added = (have: readonly string[]) => [...new Set([...have, ...given.nameservers])];
  const text = await change({ ...given, create: true }, added);
  return resolvConfWarnings(parseResolvConf(text));
}

/**
 * Removes the nameservers of an owner from a `resolv.conf`, in place. A missing file is fine.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function removeNameservers(
  file: string,
  nameservers: readonly string[],
  options?: NameserverOptions,
): Promise<void> {
  const given = parseChange(file, nameservers, options);
  const left = (have: readonly string[]) => have.filter((address) => !given.nameservers.includes(address));
  await change({ ...given, create: false }, left);
}

/**
 * A `resolv.conf` as a resolver reads it.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_PERMISSION`, `ERR_CONF_INVALID`, `ERR_CACHE`
 */
export async function readResolvConf(file: string): Promise<ResolvConf> {
  return parseResolvConf(readEtcFile(parseArgument(fileField(), file, 'file')));
}

function parseChange(file: string, nameservers: readonly string[], options: NameserverOptions | undefined) {
  return {
    file: parseArgument(fileField(), file, 'file'),
    nameservers: parseArgument(nameserversField(), nameservers, 'nameservers'),
    options: parseOptions(optionsSchema(), options),
  };
}

interface NameserverChange {
  readonly file: string;
  readonly options: { readonly owner: string } & EtcFileOptions;
  readonly create: boolean;
}

/** @returns the new content of the file */
async function change(
  { file, options: { owner, ...limits }, create }: NameserverChange,
  changed: (have: readonly string[]) => readonly string[],
): Promise<string> {
  let written = '';
  const rewritten = (text: string) => {
    const { nameservers } = parseResolvConf(ownLines(text, owner).join('\n'));
    const lines = changed(nameservers).map((address) => `nameserver ${address}`);
    written = withOwnLines(text, owner, { lines, place: 'start' });
    return written;
  };
  await rewriteInPlace(file, rewritten, { ...limits, create });
  return written;
}
