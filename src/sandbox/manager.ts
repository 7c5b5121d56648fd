import { EventEmitter } from 'node:events';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import {
  booleanField,
  choiceField,
  foreignFoldersField,
  instance,
  keys,
  limitFields,
  objectWith,
  optional,
  textField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { ownCopy } from '../arguments/own-copy.js';
import { parseArgument, parseJsonArgument, parseOptions } from '../arguments/parse-argument.js';
import { namingRights } from '../errors/missing-right.js';
import { checkFolders } from '../files/check-owner.js';
import type { SetAside } from '../files/state-folder.js';
import { CNIOperator } from '../operator/index.js';
import { HelperClient, helperField } from '../platform/helper/index.js';
import { LockStore } from '../platform/locks/index.js';
import type { PodSandboxConfig } from './config/pod-sandbox-config.js';
import { podSandboxConfigSchema } from './config/pod-sandbox-config-schema.js';
import type { SandboxContext } from './context.js';
import type { PodSandboxManagerEvents } from './events.js';
import type { SandboxLimits } from './limits.js';
import type { Runtime } from './runtimes/runtime.js';
import { RuntimeTable } from './runtimes/runtime-table.js';
import { SandboxNames } from './state/sandbox-names.js';
import { SandboxStore } from './state/sandbox-store.js';
import { Turns } from './turns.js';
import { list, type PodSandboxFilter } from './verbs/list.js';
import { type RemovePodSandboxOptions, type RemovePodSandboxReport, remove } from './verbs/remove.js';
import { type RestoreOptions, type RestoreReport, restore } from './verbs/restore.js';
import { type RunPodSandboxOptions, run } from './verbs/run.js';
import { type PodSandbox, type PodSandboxStatus, status } from './verbs/status.js';
import { type StopPodSandboxOptions, stop } from './verbs/stop.js';

/** What a manager uses, and where it keeps its state. */
export interface PodSandboxManagerOptions {
  /** Attaches the pods. Its `loopback` brings `lo` up. */
  readonly operator: CNIOperator;
  /** The state folder, on a disk that survives a reboot. Processes that share it exclude each other. */
  readonly stateDir: string;
  /** The runtimes by handler; the empty string is the default handler. */
  readonly runtimes: Readonly<Record<string, Runtime>>;
  /** The handlers of Kubernetes RuntimeClasses, by name. @default none */
  readonly runtimeClasses?: Readonly<Record<string, string>> | undefined;
  /** The folder of network namespaces. @default `/var/run/netns` */
  readonly netnsDir?: string | undefined;
  /**
   * Whether the folders of state and namespaces may belong to, or be writable by, a user other than root and this one. The
   * group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** How many sandboxes to create at a time; more wait for their turn. @default 10 */
  readonly concurrency?: number | undefined;
  /** The native helper, which holds locks and creates namespaces. @default that of this process */
  readonly helper?: HelperClient | undefined;
}

const AT_ONCE = { error: 'must be a whole number of at least 1' };
const GRACE = 'must be a number of milliseconds';

const path = lazy(() => textField().min(1, { error: 'must be a path, which is not empty' }));
const labels = lazy(() => z.record(z.string(), textField()).readonly());

const managerSchema = lazy(
  () =>
    keys(
      {
        operator: instance<CNIOperator>('a CNIOperator', (given) => given instanceof CNIOperator),
        stateDir: path(),
        runtimes: z.record(z.string(), runtimeField()).readonly(),
        runtimeClasses: optional(labels()),
        netnsDir: optional(path()),
        foreignFolders: optional(foreignFoldersField()),
        concurrency: optional(z.int(AT_ONCE).min(1, AT_ONCE)),
        helper: optional(helperField()),
      },
      'an object with operator, stateDir and runtimes',
    ) satisfies z.ZodType<PodSandboxManagerOptions>,
);

const runtimeField = lazy(() =>
  objectWith<Runtime>('a runtime', 'create', 'start', 'stop', 'remove', 'status'),
);

const idSchema = lazy(() => textField().min(1, { error: 'must be the id of a sandbox' }));
const limitsSchema = lazy(() => keys(limitFields()) satisfies z.ZodType<SandboxLimits>);
const runSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      runtimeHandler: optional(textField()),
      runtimeClass: optional(textField()),
      startFirst: optional(booleanField()),
    }) satisfies z.ZodType<RunPodSandboxOptions>,
);
const stopSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      graceMs: optional(z.number({ error: GRACE }).nonnegative({ error: GRACE })),
    }) satisfies z.ZodType<StopPodSandboxOptions>,
);
const removeSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      force: optional(booleanField()),
    }) satisfies z.ZodType<RemovePodSandboxOptions>,
);
const restoreSchema = lazy(
  () =>
    keys({
      ...limitFields(),
      lost: optional(choiceField('mark', 'renew')),
      removeOrphans: optional(booleanField()),
    }) satisfies z.ZodType<RestoreOptions>,
);
const filterSchema = lazy(
  () =>
    keys({
      id: optional(textField()),
      state: optional(choiceField('ready', 'notready')),
      labels: optional(labels()),
      name: optional(textField()),
      namespace: optional(textField()),
      uid: optional(textField()),
    }) satisfies z.ZodType<PodSandboxFilter>,
);

/**
 * Runs pod sandboxes: a network namespace, its networks, and the process that keeps them in the runtime, in this order.
 * Each step is recorded on disk before it is done, so that the next process knows what exists, whatever ended this one.
 * Call `restore()` first. Invalid arguments fail with `ERR_CONF_INVALID`.
 */
export class PodSandboxManager extends EventEmitter<PodSandboxManagerEvents> implements AsyncDisposable {
  readonly #context: SandboxContext;

  private constructor(options: PodSandboxManagerOptions) {
    super();
    const { operator, runtimes, runtimeClasses = {}, concurrency = 10, foreignFolders } = options;
    const { helper = HelperClient.shared() } = options;
    const stateDir = resolve(options.stateDir);
    const folders = [stateDir, join(stateDir, 'sandboxes'), join(stateDir, 'names')];
    checkFolders(folders, foreignFolders);
    const state = { foreignFolders, onSetAside: (found: SetAside) => this.#warnOf(found) };
    this.#context = {
      operator,
      stateDir,
      helper,
      netnsDir: resolve(options.netnsDir ?? '/var/run/netns'),
      runtimes: new RuntimeTable(runtimes, runtimeClasses),
      foreignFolders,
      store: new SandboxStore(stateDir, state),
      names: new SandboxNames(stateDir, state),
      locks: new LockStore(stateDir, helper, state),
      starts: new Turns(concurrency),
      emit: (event) => this.emit('step', event),
      warn: (message, id) => this.emit('warning', { id, message }),
    };
  }

  /** @throws LibcniError `ERR_CONF_INVALID` for invalid options, `ERR_PERMISSION` for folders that others may change */
  static async create(options: PodSandboxManagerOptions): Promise<PodSandboxManager> {
    return new PodSandboxManager(parseJsonArgument(managerSchema(), options, 'PodSandboxManager options'));
  }

  /**
   * Creates a sandbox and returns its id. A failure undoes the completed steps in reverse, within a minute of its own.
   * Steps that could not be undone are in `rollbackErrors`, and are left to `remove` and `restore`. The configuration is
   * copied when the call is made, so its arrays and plain objects may be changed afterwards.
   *
   * @throws LibcniError `ERR_IN_USE` if the same pod has a sandbox of this attempt, `ERR_NOT_FOUND` for an unknown runtime,
   * `ERR_RUNTIME` if the runtime fails, `ERR_CACHE`, `ERR_PERMISSION`, `ERR_TIMEOUT` (240 s by default), `ERR_ABORTED`;
   * those of `CNIOperator.attach`
   */
  async run(config: PodSandboxConfig, options?: RunPodSandboxOptions): Promise<string> {
    const given = parseOptions(runSchema(), options);
    const taken = ownCopy(config);
    await this.#context.starts.untilCalm();
    const wanted = parseJsonArgument(podSandboxConfigSchema, taken, 'config');
    return await namingRights(() => run(this.#context, wanted, given));
  }

  /**
   * Tears down the network of a sandbox, then ends its process. A sandbox that is stopped or does not exist is fine.
   *
   * @throws LibcniAggregateError with all failures; call it again then
   */
  async stop(id: string, options?: StopPodSandboxOptions): Promise<void> {
    const given = parseOptions(stopSchema(), options);
    const wanted = parseArgument(idSchema(), id, 'id');
    await namingRights(() => stop(this.#context, wanted, given));
  }

  /**
   * Removes a sandbox, running or not, even one with a corrupt checkpoint. A sandbox that does not exist is fine.
   *
   * @throws LibcniAggregateError with all failures, without `force`; call it again then
   */
  async remove(id: string, options?: RemovePodSandboxOptions): Promise<RemovePodSandboxReport> {
    const given = parseOptions(removeSchema(), options);
    const wanted = parseArgument(idSchema(), id, 'id');
    return await namingRights(() => remove(this.#context, wanted, given));
  }

  /**
   * The current state of a sandbox, including the runtime's.
   *
   * @throws LibcniError `ERR_NOT_FOUND`, `ERR_CACHE` for a corrupt checkpoint, `ERR_PERMISSION`, `ERR_RUNTIME`
   */
  async status(id: string, options?: SandboxLimits): Promise<PodSandboxStatus> {
    const given = parseOptions(limitsSchema(), options);
    const wanted = parseArgument(idSchema(), id, 'id');
    return await namingRights(() => status(this.#context, wanted, given));
  }

  /**
   * The sandboxes that match a filter, the newest first. Runs no program.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if they cannot be read
   */
  async list(filter?: PodSandboxFilter): Promise<PodSandbox[]> {
    const wanted = parseJsonArgument(filterSchema(), filter ?? {}, 'filter');
    return await namingRights(() => list(this.#context, wanted));
  }

  /**
   * Cleans up after an earlier process, or a reboot. Call it at start. Healthy sandboxes are not touched, half-created ones
   * are undone, half-stopped and half-removed ones are finished. Failures are in the report.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CACHE`, `ERR_PERMISSION`
   */
  async restore(options?: RestoreOptions): Promise<RestoreReport> {
    const given = parseOptions(restoreSchema(), options);
    return await namingRights(() => restore(this.#context, given));
  }

  /** Of a file of state that was in the way. */
  #warnOf({ file, to, reason }: SetAside): void {
    const [, id = ''] = /\/(?:sandboxes|locks)\/([0-9a-f]{64})/.exec(file) ?? [];
    const became = to === undefined ? 'it could not be moved' : `it was moved to ${to}`;
    this.#context.warn(`${file} was in the way (${reason}); ${became}`, id);
  }

  /** Ends the manager. Running sandboxes go on, and the operator stays open. */
  async close(): Promise<void> {
    this.removeAllListeners();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
