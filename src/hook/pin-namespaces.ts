import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { getSystemErrorName } from 'node:util';
import * as z from 'zod';
import { foreignFoldersField, keys, optional, textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { checkFolders } from '../files/check-owner.js';
import type { NetnsOptions } from '../netns/index.js';
import {
  checkNetnsName,
  defaultNetnsFolder,
  namespaceFailure,
  netnsFields,
  netnsOptionsSchema,
  netnsPathField,
  removeNetns,
} from '../netns/index.js';
import { findHelperBinary, HelperClient, SpawnError } from '../platform/helper/index.js';

const DEFAULT_PIN_DIR = '/run/libcni/ns';
const DEFAULT_TIMEOUT_MS = 60_000;

/** The kinds of namespaces that can be pinned. */
export type NamespaceKind = 'net' | 'uts' | 'ipc' | 'mnt';

/** Where to pin the namespaces of a process. */
export interface PinNamespacesOptions extends NetnsOptions {
  /** The name of each file. @default libcni- and 16 random hexadecimal digits */
  readonly name?: string | undefined;
  /** The folder of the network namespace. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly netnsDir?: string | undefined;
  /** The parent folder for the other kinds, with subfolders `uts`, `ipc` and `mnt`. @default /run/libcni/ns */
  readonly dir?: string | undefined;
  /**
   * Whether these folders may belong to, or be writable by, a user other than root and this one, who could then replace
   * their content. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
}

/** Namespaces pinned by files. They outlive the process, this object and this program until they are removed. */
export interface PinnedNamespaces extends AsyncDisposable {
  /** The file for each requested kind. */
  readonly paths: Readonly<Partial<Record<NamespaceKind, string>>>;
  /** Unpins them, if they still exist. @throws LibcniError `ERR_NETNS`, `ERR_PERMISSION` */
  remove(): Promise<void>;
}

const pidField = lazy(() =>
  z.int({ error: 'must be a process id' }).positive({
    error: 'must be a process id',
  }),
);
const kindsField = lazy(() =>
  z
    .array(z.enum(['net', 'uts', 'ipc', 'mnt'], { error: 'must be net, uts, ipc or mnt' }))
    .min(1, { error: 'must have at least one kind: net, uts, ipc or mnt' }),
);

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      name: optional(textField()),
      netnsDir: optional(netnsPathField()),
      dir: optional(netnsPathField()),
      foreignFolders: optional(foreignFoldersField()),
    }) satisfies z.ZodType<PinNamespacesOptions>,
);
const pathsSchema = lazy(() =>
  keys({
    net: optional(netnsPathField()),
    uts: optional(netnsPathField()),
    ipc: optional(netnsPathField()),
    mnt: optional(netnsPathField()),
  } satisfies Record<NamespaceKind, z.ZodType>),
);

/**
 * Pins namespaces of a process with files, all or none, so that they no longer depend on the process: after it has ended,
 * they can still be entered (`nsenter --net=PATH`, the `path` of a namespace in config.json). The folder for a mount
 * namespace is made a private mount, since it cannot be pinned where mounts propagate.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is no such process, `ERR_IN_USE` if a file exists, `ERR_PERMISSION`,
 * `ERR_NETNS` with the step that failed, `ERR_CONF_INVALID` for a kind that cannot be pinned, `ERR_HELPER`, `ERR_ABORTED`
 */
export async function pinNamespaces(
  pid: number,
  kinds: readonly NamespaceKind[],
  options?: PinNamespacesOptions,
): Promise<PinnedNamespaces> {
  parseArgument(pidField(), pid, 'pid');
  parseArgument(kindsField(), kinds, 'kinds');
  const given = parseOptions(optionsSchema(), options);
  const paths = choosePaths(kinds, given);
  await pinAt(pid, paths, given);
  const { helper, signal, timeoutMs } = given;
  const remove = () => unpinNamespaces(paths, { helper, signal, timeoutMs });
  return { paths, remove, [Symbol.asyncDispose]: remove };
}

/** Pins namespaces of a process with files at these paths. */
async function pinAt(
  pid: number,
  paths: PinnedNamespaces['paths'],
  options: Pick<PinNamespacesOptions, 'foreignFolders' | keyof NetnsOptions>,
): Promise<void> {
  checkFolders(Object.values(paths).map(dirname), options.foreignFolders);
  const places = Object.entries(paths).map(([kind, path]) => `${kind}=${path}`);
  await callHelper(['pin', String(pid), ...places], options, (error) => pinFailure(pid, error));
}

/**
 * Unpins namespaces of {@link pinNamespaces}, by their files.
 *
 * @throws LibcniError `ERR_NETNS`, `ERR_PERMISSION`, `ERR_CONF_INVALID` for anything but paths by kind, `ERR_HELPER`,
 * `ERR_ABORTED`
 */
export async function unpinNamespaces(
  paths: PinnedNamespaces['paths'],
  options?: NetnsOptions,
): Promise<void> {
  const { net, ...others } = parseArgument(pathsSchema(), paths, 'paths');
  const given = parseOptions(netnsOptionsSchema(), options);
  if (net !== undefined) await removeNetns(net, given);
  const files = Object.values(others).filter((file) => file !== undefined);
  if (files.length === 0) return;
  await callHelper(['unpin', ...files], given, (error) =>
    namespaceFailure(`cannot remove namespace ${error.path}`, error.path, error),
  );
}

function choosePaths(
  kinds: readonly NamespaceKind[],
  { name = `libcni-${randomBytes(8).toString('hex')}`, netnsDir, dir }: PinNamespacesOptions,
): Partial<Record<NamespaceKind, string>> {
  checkNetnsName(name);
  const folderOf = (kind: NamespaceKind) =>
    kind === 'net' ? (netnsDir ?? defaultNetnsFolder()) : join(dir ?? DEFAULT_PIN_DIR, kind);
  return Object.fromEntries(kinds.map((kind) => [kind, join(resolve(folderOf(kind)), name)]));
}

async function callHelper(
  args: readonly string[],
  { helper = HelperClient.shared(), signal, timeoutMs = DEFAULT_TIMEOUT_MS }: NetnsOptions,
  explain: (error: SpawnError) => unknown,
): Promise<void> {
  const path = findHelperBinary();
  if (path === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  const argv = ['cni-helper', ...args];
  const outcome = await helper.spawn({ path, argv, env: {}, cwd: '/', signal, timeoutMs });
  if (outcome.exitCode === 0) return;
  if (outcome.ended !== 'exited')
    throw new LibcniError('ERR_ABORTED', `${args[0]} was cancelled before it was done`);
  throw explain(failedStep(outcome.stderr));
}

/** The helper prints the step, its errno and the path, one line each. */
function failedStep(stderr: string): SpawnError {
  const [step = '', errno = '', path = ''] = stderr.split('\n');
  return new SpawnError(getSystemErrorName(-Number(errno)), step, path);
}

function pinFailure(pid: number, error: SpawnError): unknown {
  if (error.syscall === 'process' || (error.syscall === 'open' && error.code === 'ENOENT'))
    return new LibcniError('ERR_NOT_FOUND', `there is no process ${pid}`, { cause: error, value: pid });
  if (error.syscall === 'mount' && error.code === 'EINVAL') {
    const summary = `cannot pin a namespace at ${error.path}: the kernel pins a mount namespace only inside one that it counts as older`;
    return new LibcniError('ERR_NETNS', summary, { cause: error, value: error.path });
  }
  return namespaceFailure(`cannot pin namespace ${error.path}`, error.path, error);
}
