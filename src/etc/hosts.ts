import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { keys, limitFields } from '../arguments/fields.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { namingRights } from '../errors/missing-right.js';
import type { FileLockOptions } from '../files/with-file-lock.js';
import { ownLines, withOwnLines } from './own-lines.js';
import { rewriteInPlace } from './rewrite-in-place.js';
import { addressField, fileField, hostNameField, limitsSchema, ownerField } from './schemas.js';

/** An address with the names that lead to it: a line of a hosts file. */
export interface HostsEntry {
  /** IPv4 or IPv6, without a prefix. */
  readonly address: string;
  /** The first is the canonical one. */
  readonly names: readonly string[];
}

/** Whose lines of a hosts file are meant, and how long its lock is waited for. */
export interface HostsOptions extends FileLockOptions {
  /**
   * Tells the lines of one owner, such as a network, from those of another. Only these are changed or taken away.
   * @default hosts
   */
  readonly owner?: string | undefined;
}

const entryField = z.strictObject({
  address: addressField,
  names: z.array(hostNameField).min(1, { error: 'must have a name' }).readonly(),
}) satisfies z.ZodType<HostsEntry>;

const entriesField = z.array(entryField).readonly();
const optionsSchema = keys({ owner: ownerField.default('hosts'), ...limitFields });

/** What a hosts file begins with. */
const LOOPBACK_LINES = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/**
 * Makes sure that a hosts file is there; a new one has `localhost` in it. What is in an existing file stays.
 *
 * @throws LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`, `ERR_CONF_INVALID`
 */
export async function createHostsFile(file: string, options?: FileLockOptions): Promise<void> {
  const path = parseArgument(fileField, file, 'file');
  await rewriteInPlace(path, withLoopback, { ...parseOptions(limitsSchema, options), create: true });
}

/**
 * Adds entries to a hosts file, in place; the file is made as {@link createHostsFile} does where it is not there. Names
 * of an address that the owner has already come behind those that are there.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function addHosts(
  file: string,
  entries: readonly HostsEntry[],
  options?: HostsOptions,
): Promise<void> {
  await change({ file, entries, options, create: true }, (have, given) => given.reduce(withEntry, have));
}

/**
 * Takes the names of entries away from the lines of an owner, in place; an address without names left loses its line.
 * A file that is not there is fine.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function removeHosts(
  file: string,
  entries: readonly HostsEntry[],
  options?: HostsOptions,
): Promise<void> {
  await change({ file, entries, options }, (have, given) => given.reduce(withoutEntry, have));
}

/**
 * Replaces all lines of an owner; without entries, they and their markers are taken away. The file is made as
 * {@link createHostsFile} does where it is not there and there is something to write.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function setHosts(
  file: string,
  entries: readonly HostsEntry[],
  options?: HostsOptions,
): Promise<void> {
  const create = Array.isArray(entries) && entries.length > 0;
  await change({ file, entries, options, create }, (_, given) => given.reduce(withEntry, []));
}

/** All entries of a hosts file, whoever wrote them, in their order. @throws LibcniError `ERR_PERMISSION`; Error of the system */
export async function readHosts(file: string): Promise<HostsEntry[]> {
  return entriesOf((await namingRights(() => readFile(file, 'utf8'))).split('\n'));
}

interface HostsChange {
  readonly file: string;
  readonly entries: readonly HostsEntry[];
  readonly options: HostsOptions | undefined;
  readonly create?: boolean | undefined;
}

type ChangeEntries = (have: readonly HostsEntry[], given: readonly HostsEntry[]) => readonly HostsEntry[];

async function change({ create, ...given }: HostsChange, changed: ChangeEntries): Promise<void> {
  const file = parseArgument(fileField, given.file, 'file');
  const entries = parseArgument(entriesField, given.entries, 'entries');
  const { owner, ...limits } = parseOptions(optionsSchema, given.options);
  const rewritten = (text: string) => {
    const have = entriesOf(ownLines(text, owner));
    const lines = changed(have, entries).map(({ address, names }) => `${address}\t${names.join(' ')}`);
    return withOwnLines(create ? withLoopback(text) : text, owner, { lines });
  };
  await rewriteInPlace(file, rewritten, { ...limits, create });
}

/** An empty file is a new one. */
function withLoopback(text: string): string {
  return text === '' ? LOOPBACK_LINES.map((line) => `${line}\n`).join('') : text;
}

function withEntry(have: readonly HostsEntry[], { address, names }: HostsEntry): HostsEntry[] {
  const index = have.findIndex((entry) => entry.address === address);
  const known = have[index];
  if (known === undefined) return [...have, { address, names: [...new Set(names)] }];
  return have.with(index, { address, names: [...new Set([...known.names, ...names])] });
}

function withoutEntry(have: readonly HostsEntry[], { address, names }: HostsEntry): HostsEntry[] {
  return have
    .map((entry) =>
      entry.address === address
        ? { address, names: entry.names.filter((name) => !names.includes(name)) }
        : entry,
    )
    .filter((entry) => entry.names.length > 0);
}

function entriesOf(lines: readonly string[]): HostsEntry[] {
  return lines.flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return address && names.length > 0 ? [{ address, names }] : [];
  });
}
