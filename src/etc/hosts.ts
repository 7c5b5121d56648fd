import * as z from 'zod';
import { keys } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { ownLines, withOwnLines } from './own-lines.js';
import { readEtcFile } from './read-etc-file.js';
import { type EtcFileOptions, rewriteInPlace } from './rewrite-in-place.js';
import {
  addressField,
  fileField,
  fileFields,
  fileOptionsSchema,
  hostNameField,
  ownerField,
} from './schemas.js';

/** An address with the names that lead to it: a line of a hosts file. */
export interface HostsEntry {
  /** IPv4 or IPv6, without a prefix. */
  readonly address: string;
  /** The first is the canonical one. */
  readonly names: readonly string[];
}

/** Whose lines of a hosts file to change, and how long to wait for its lock. */
export interface HostsOptions extends EtcFileOptions {
  /**
   * Tells the lines of one owner, such as a network, from those of another. Only the owner's lines are changed or removed.
   * @default hosts
   */
  readonly owner?: string | undefined;
}

const entryField = lazy(
  () =>
    z.strictObject({
      address: addressField(),
      names: z.array(hostNameField()).min(1, { error: 'must have a name' }).readonly(),
    }) satisfies z.ZodType<HostsEntry>,
);

const entriesField = lazy(() => z.array(entryField()).readonly());
const optionsSchema = lazy(() => keys({ owner: ownerField().default('hosts'), ...fileFields() }));

/** The first lines of a new hosts file. */
const LOOPBACK_LINES = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/**
 * Creates a hosts file with `localhost` in it, unless it exists. An existing file stays as it is.
 *
 * @throws LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`, `ERR_CONF_INVALID`
 */
export async function createHostsFile(file: string, options?: EtcFileOptions): Promise<void> {
  const path = parseArgument(fileField(), file, 'file');
  await rewriteInPlace(path, withLoopback, { ...parseOptions(fileOptionsSchema(), options), create: true });
}

/**
 * Adds entries to a hosts file in place. A missing file is created as by {@link createHostsFile}. If the owner already
 * has the address, the names are added after the existing ones.
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
 * Removes the names of entries from the lines of an owner, in place. An address without names loses its line.
 * A missing file is fine.
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
 * Replaces all lines of an owner. Without entries, the lines and their markers are removed. If there is something to
 * write, a missing file is created as by {@link createHostsFile}.
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

/**
 * All entries of a hosts file in order, including those that this library did not write.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_PERMISSION`, `ERR_CONF_INVALID`, `ERR_CACHE`
 */
export async function readHosts(file: string): Promise<HostsEntry[]> {
  return entriesOf(readEtcFile(parseArgument(fileField(), file, 'file')).split('\n'));
}

interface HostsChange {
  readonly file: string;
  readonly entries: readonly HostsEntry[];
  readonly options: HostsOptions | undefined;
  readonly create?: boolean | undefined;
}

type ChangeEntries = (have: readonly HostsEntry[], given: readonly HostsEntry[]) => readonly HostsEntry[];

async function change({ create, ...given }: HostsChange, changed: ChangeEntries): Promise<void> {
  const file = parseArgument(fileField(), given.file, 'file');
  const entries = parseArgument(entriesField(), given.entries, 'entries');
  const { owner, ...limits } = parseOptions(optionsSchema(), given.options);
  const rewritten = (text: string) => {
    const have = entriesOf(ownLines(text, owner));
    const lines = changed(have, entries).map(({ address, names }) => `${address}\t${names.join(' ')}`);
    return withOwnLines(create ? withLoopback(text) : text, owner, { lines });
  };
  await rewriteInPlace(file, rewritten, { ...limits, create });
}

/** An empty file counts as a new one. */
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
