import type { Verb } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { prepareAdd } from './add.js';
import { readCachedResultOrNone } from './cache/set-aside.js';
import { prepareCheck } from './check.js';
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { prepareDel } from './del.js';
import { pluginEnvironment, versionEnvironment } from './exec/plugin-environment.js';
import { type GcArgs, prepareGc } from './gc.js';
import { validateNetworkName } from './names.js';
import { type StdinWriter, stdinWriter } from './plugin-stdin.js';
import type { RuntimeConf } from './runtime-conf.js';
import { prepareStatus } from './status.js';
import { VERSION_STDIN } from './version-info.js';
import { withCircumstances } from './with-circumstances.js';

/** What one plugin would get. */
export interface PlannedRun {
  readonly verb: Verb;
  readonly plugin: string;
  /** The plugin's executable. */
  readonly path: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The JSON on standard input. */
  readonly stdin: string;
  /** Whether `stdin` will also hold a `prevResult` that only the previous plugin can produce. */
  readonly awaitsPrevResult: boolean;
}

/** The input of a plan. */
export interface PlanRequest {
  readonly verb: Verb;
  readonly list: NetworkConfigList;
  /** The attachment; needed for ADD, CHECK and DEL. */
  readonly rt?: RuntimeConf | undefined;
  /** For GC. @default no valid attachment */
  readonly gc?: GcArgs | undefined;
}

/**
 * The plugin runs of a verb, in order; none if the verb would do nothing. For GC, only the runs of GC itself; its
 * `dryRun` shows the attachments that it would remove. Nothing is run.
 *
 * @throws LibcniError if the verb would be refused; `ERR_CONF_INVALID` for an unknown verb.
 */
export async function planNetworkList(context: CniContext, request: PlanRequest): Promise<PlannedRun[]> {
  const { verb, list } = request;
  const stdinFor = await prepare(context, request);
  if (stdinFor === undefined) return [];
  const runs = await Promise.all(
    list.plugins.map(async (plugin, index) => ({
      verb,
      plugin: plugin.network.type,
      path: await findPlugin(context, request, plugin.network.type),
      env: environment(context, request),
      stdin: await stdinFor(plugin),
      awaitsPrevResult: verb === 'ADD' && index > 0,
    })),
  );
  return verb === 'DEL' ? runs.reverse() : runs;
}

async function findPlugin(
  { exec, path }: CniContext,
  { verb, list }: PlanRequest,
  plugin: string,
): Promise<string> {
  try {
    return await exec.findInPath(plugin, path);
  } catch (error) {
    throw withCircumstances(error, { verb, plugin, network: list.name });
  }
}

type Prepared = StdinWriter | undefined | Promise<StdinWriter | undefined>;

const PREPARATIONS: Readonly<Record<Verb, (context: CniContext, request: PlanRequest) => Prepared>> = {
  ADD: prepareAddStdin,
  CHECK: async (context, { list, rt = NO_ATTACHMENT }) => (await prepareCheck(context, list, rt))?.stdinFor,
  DEL: prepareDelStdin,
  GC: (_, { list, gc = NONE_VALID }) => prepareGc(list, gc).stdinFor,
  STATUS: (_, { list }) => prepareStatus(list),
  VERSION: prepareVersionStdin,
};

/** Refused by every verb that needs an attachment. */
const NO_ATTACHMENT: RuntimeConf = { containerId: '', netns: '', ifName: '' };

const NONE_VALID: GcArgs = { validAttachments: [] };

function prepare(context: CniContext, request: PlanRequest): Prepared {
  const { verb } = request;
  if (Object.hasOwn(PREPARATIONS, verb)) return PREPARATIONS[verb](context, request);
  throw new LibcniError('ERR_CONF_INVALID', `${JSON.stringify(verb)} is not a verb`, { value: verb });
}

async function prepareAddStdin(
  context: CniContext,
  { list, rt = NO_ATTACHMENT }: PlanRequest,
): Promise<StdinWriter> {
  await prepareAdd(context, list, rt);
  if (list.plugins.length === 0) throw new LibcniError('ERR_CONF_INVALID', 'the network has no plugins');
  return stdinWriter({ ...list, rt });
}

async function prepareDelStdin(
  context: CniContext,
  { list, rt = NO_ATTACHMENT }: PlanRequest,
): Promise<StdinWriter> {
  const { result: prevResult } = await prepareDel(context, { list, rt, readEntry: readCachedResultOrNone });
  return stdinWriter({ ...list, prevResult, rt });
}

function prepareVersionStdin(_: CniContext, { list }: PlanRequest): StdinWriter {
  validateNetworkName(list.name);
  return async () => VERSION_STDIN;
}

const ATTACHMENT_VERBS: readonly Verb[] = ['ADD', 'CHECK', 'DEL'];

function environment({ path }: CniContext, { verb, rt }: PlanRequest): Record<string, string> {
  if (verb === 'VERSION') return versionEnvironment();
  return pluginEnvironment({ verb, path, rt: ATTACHMENT_VERBS.includes(verb) ? rt : undefined });
}
