import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { FileLockOptions } from '../files/with-file-lock.js';
import { ownLines, withOwnLines } from './own-lines.js';
import { parseCall } from './parse-call.js';
import {
  formatResolvConf,
  parseResolvConf,
  type ResolvConf,
  resolvConfWarnings,
} from './resolv-conf-text.js';
import { rewriteInPlace } from './rewrite-in-place.js';
import { addressField, fileField, hostNameField, limitsField, ownerField } from './schemas.js';

/** Whose nameservers are meant, and how long the file's lock is waited for. */
export interface NameserverOptions extends FileLockOptions {
  /**
   * Tells the nameservers of one owner, such as a network, from those of another. Only these are taken away.
   * @default nameservers
   */
  readonly owner?: string | undefined;
}

const confField = z.strictObject({
  nameservers: z.array(addressField).readonly().default([]),
  searches: z.array(hostNameField).readonly().default([]),
  options: z
    .array(z.string().regex(/^\S+$/, { error: 'must be one word' }))
    .readonly()
    .default([]),
});

const writeField = z.strictObject({ file: fileField, conf: confField, ...limitsField });

const changeField = z.strictObject({
  file: fileField,
  nameservers: z.array(addressField).readonly(),
  options: z.strictObject({ owner: ownerField.default('nameservers'), ...limitsField }).prefault({}),
});

/**
 * Writes a `resolv.conf`, in place; it is made where it is not there. Whatever was in it goes.
 *
 * @returns what resolvers overlook, in words
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function writeResolvConf(
  file: string,
  conf: Partial<ResolvConf>,
  options?: FileLockOptions,
): Promise<string[]> {
  const parsed = parseCall('writeResolvConf', writeField, { ...options, file, conf });
  await rewriteInPlace(parsed.file, () => formatResolvConf(parsed.conf), { ...parsed, create: true });
  return resolvConfWarnings(parsed.conf);
}

/**
 * Puts nameservers before all others of a `resolv.conf`, in place; the file is made where it is not there.
 *
 * @returns what resolvers overlook, in words
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function addNameservers(
  file: string,
  nameservers: readonly string[],
  options?: NameserverOptions,
): Promise<string[]> {
  const given = parseCall('addNameservers', changeField, { file, nameservers, options });
  const added = (have: readonly string[]) => [...new Set([...have, ...given.nameservers])];
  const text = await change({ ...given, create: true }, added);
  return resolvConfWarnings(parseResolvConf(text));
}

/**
 * Takes nameservers of an owner away from a `resolv.conf`, in place. A file that is not there is fine.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function removeNameservers(
  file: string,
  nameservers: readonly string[],
  options?: NameserverOptions,
): Promise<void> {
  const given = parseCall('removeNameservers', changeField, { file, nameservers, options });
  const left = (have: readonly string[]) => have.filter((address) => !given.nameservers.includes(address));
  await change({ ...given, create: false }, left);
}

/** A `resolv.conf` as a resolver reads it. @throws Error of the system */
export async function readResolvConf(file: string): Promise<ResolvConf> {
  return parseResolvConf(await readFile(file, 'utf8'));
}

interface NameserverChange {
  readonly file: string;
  readonly options: { readonly owner: string } & FileLockOptions;
  readonly create: boolean;
}

/** @returns the text that is in the file then */
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
