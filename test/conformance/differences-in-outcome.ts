import {
  LibcniError,
  validateContainerId,
  validateInterfaceName,
  validateNetworkName,
} from '../../src/index.js';
import { compareVersions } from '../../src/libcni/version.js';
import type { Difference, Pair } from './differences.js';
import { canonical } from './harness/canonical.js';
import {
  answersRun,
  confOf,
  documentsRead,
  entriesRead,
  foldedMembers,
  parseIfJson,
  resultsRead,
  textsRead,
} from './harness/documents.js';
import { fold } from './harness/fold.js';
import type { Observation, Run } from './harness/observe.js';
import type { Operation } from './harness/protocol.js';
import {
  hasHugeInteger,
  hasInfinity,
  hasNullInLists,
  hasNullVersion,
  isEmptyResult,
  isNestedDeeply,
  lacksAddress,
} from './harness/unreadable.js';

const ATTACHMENT_OPS: readonly Operation[] = ['check', 'del', 'cached-result', 'cached-config'];
const NETWORK_OPS: readonly Operation[] = ['validate', 'gc', 'status'];
const RESULT_OPS: readonly Operation[] = [
  'create-result',
  'convert-result',
  'add',
  'check',
  'del',
  'gc',
  'cached-result',
];

/** One library refuses what the other one does. */
export const outcomeDifferences: readonly Difference[] = [
  refusal('names-on-every-verb', [...ATTACHMENT_OPS, ...NETWORK_OPS], hasInvalidName),
  {
    name: 'record-of-another-attachment',
    ops: ATTACHMENT_OPS,
    diverges: true,
    reconcile: leaveThatOfAnother,
  },
  { name: 'record-of-another-attachment', ops: ['gc'], diverges: true, reconcile: keepThoseOfAnother },
  refusal('record-of-another-attachment', ['add'], isThatOfAnother),
  refusal('names-on-every-verb', ['add'], (pair) => isUnfoundInGo(pair) && hasInvalidName(pair)),
  refusal(
    'no-plugins',
    ['add'],
    ({ go, request }) => go.runs.length === 0 && pluginsOf(request.bytes).length === 0,
  ),
  refusal('ambiguous-arguments', ['stringify', 'add'], hasUnsafeArguments),
  {
    name: 'ambiguous-arguments',
    ops: ['check', 'del', 'gc'],
    diverges: true,
    reconcile: leaveNulArgumentsOut,
  },
  refusal('gc-without-arguments', ['gc'], ({ request }) => request.gc === undefined),
  refusal('file-name-too-long', ['add'], ({ request }) => fileNameBytes(request) > 255),
  refusal('nul-in-interface-name', ['validate-name', 'add'], hasNulInInterface),
  refusal('invalid-version', ['add', 'status', 'gc'], ({ request }) => !hasVersion(request.bytes)),
  refusal('null-in-result-lists', RESULT_OPS, (pair) => resultsRead(pair).some(hasNullInLists)),
  refusal('null-among-versions', ['validate', 'version'], (pair) => documentsRead(pair).some(hasNullVersion)),
  refusal('missing-address', RESULT_OPS, (pair) => resultsRead(pair).some(lacksAddress)),
  refusal('integers-beyond-2-53', [...RESULT_OPS, ...NETWORK_OPS, 'version'], (pair) =>
    resultsRead(pair).some(hasHugeInteger),
  ),
  refusal('nesting-limit', undefined, (pair) => textsRead(pair).some(isNestedDeeply)),
  refusal('entry-read-as-empty-result', ['cached-result', 'check'], yieldsEmptyResult),
  refusal('number-out-of-range', undefined, (pair) => textsRead(pair).some(hasInfinity)),
  {
    name: 'error-with-exit-code-0',
    ops: ['add', 'version', 'validate'],
    diverges: true,
    reconcile: acceptReportedError,
  },
  { name: 'error-with-exit-code-0', ops: ['version', 'validate'], reconcile: acceptFromBeforeVersion },
  { name: 'empty-error-object', reconcile: acceptEmptyError },
];

/**
 * This library refuses something with its own error that Go does, or at which Go crashes. Everything before that is the same
 * as in Go, and the cache is unchanged. If Go fails too, it is for another reason, or later.
 */
function refusal(
  name: string,
  ops: readonly Operation[] | undefined,
  applies: (pair: Pair) => boolean,
): Difference {
  const reconcile = (pair: Pair) => {
    const { outcome, kind } = pair.ours.answer;
    const isOwn = outcome === 'error' && kind !== 'reported';
    return isOwn && isCacheUntouched(pair) && applies(pair) ? { go: stoppedWithOurs(pair) } : undefined;
  };
  return { name, ...(ops && { ops }), diverges: true, reconcile };
}

/** Whether the cache is unchanged. GC may have removed more entries, as Go does. An entry set aside is still there. */
function isCacheUntouched({ seen, before, request: { op } }: Pair): boolean {
  const [texts, old] = [byName(seen.ours.texts), byName(before.ours.texts)];
  const isAsBefore = Object.entries(texts).every(([path, text]) => old[path] === text);
  const gone = Object.keys(old).filter((path) => !Object.hasOwn(texts, path));
  return isAsBefore && gone.every((path) => op === 'gc' && !Object.hasOwn(seen.go.texts, path));
}

function byName(texts: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(texts).map(([path, text]) => {
    return [path.replace(/^unreadable\/(.*)\.\d{10,}$/, 'results/$1'), text];
  });
  return Object.fromEntries(named);
}

/** The outcome of Go if it had stopped where this library did. GC goes on after what was refused. */
function stoppedWithOurs({ go, ours, request: { op } }: Pair): Observation {
  const { answer, files, runs } = ours;
  return {
    ...go,
    answer,
    files,
    runs: op === 'gc' ? alsoIn(go.runs, runs) : go.runs.slice(0, runs.length),
  };
}

/** For each run of one list, the first equal run of the other, in the same order. */
function alsoIn(all: readonly Run[], some: readonly Run[]): Run[] {
  const wanted = some.map(canonical);
  return all.filter((run) => canonical(run) === wanted[0] && wanted.shift() !== undefined);
}

/** Go looks for a plugin before it checks the names. */
function isUnfoundInGo({ go: { answer } }: Pair): boolean {
  return answer.message?.includes('failed to find plugin') === true;
}

function hasInvalidName(pair: Pair): boolean {
  const { op, rt, bytes, gc } = pair.request;
  const { name: own } = confOf(bytes);
  const { name = own } = op === 'validate' ? foldedMembers(confOf(bytes)) : { name: own };
  const named = op === 'gc' ? [...(gc?.validAttachments ?? []), ...cachedAttachments(pair)] : [];
  const isAttachment = op === 'add' || ATTACHMENT_OPS.includes(op);
  return (
    isRefused(() => validateNetworkName(typeof name === 'string' ? name : '')) ||
    (isAttachment && isRefused(() => validateContainerId(rt?.containerId ?? ''))) ||
    (isAttachment && isRefused(() => validateInterfaceName(rt?.ifName ?? ''))) ||
    named.some(({ containerId }) => isRefused(() => validateContainerId(containerId))) ||
    named.some(({ ifName }) => isRefused(() => validateInterfaceName(ifName)))
  );
}

interface Named {
  readonly containerId: string;
  readonly ifName: string;
}

function cachedAttachments(pair: Pair): Named[] {
  const entries = entriesRead(pair).flatMap(parseIfJson).map(Object);
  const { name } = confOf(pair.request.bytes);
  const ofNetwork = entries.filter((entry) => foldedMembers(entry).networkname === name);
  return ofNetwork.map(({ containerId, ifName }) => ({
    containerId: containerId ?? '',
    ifName: ifName ?? '',
  }));
}

function isRefused(validate: () => void): boolean {
  try {
    validate();
    return false;
  } catch (error) {
    return error instanceof LibcniError;
  }
}

function hasUnsafeArguments({ request: { rt } }: Pair): boolean {
  return (rt?.args ?? []).some(isUnsafe);
}

/** Go cannot start a plugin with NUL in its environment; both libraries pass on other arguments. */
function leaveNulArgumentsOut(pair: Pair): Partial<Pair> | undefined {
  const { op, rt } = pair.request;
  const given =
    op === 'gc' ? entriesRead(pair).flatMap(parseIfJson).flatMap(cachedArguments) : (rt?.args ?? []);
  const hasNul = given.flat().some((text) => typeof text === 'string' && text.includes('\0'));
  return hasNul && pair.go.answer.outcome === 'error' ? { go: pair.ours } : undefined;
}

/** The arguments of an entry; missing parts of a pair are empty. */
function cachedArguments(entry: unknown): (readonly unknown[])[] {
  const { cniargs } = foldedMembers(Object(entry));
  return Array.isArray(cniargs) ? cniargs.map((pair) => (Array.isArray(pair) ? pair : [])) : [];
}

function isUnsafe([key, value]: readonly unknown[]): boolean {
  const [name, text] = [key, value].map((item) => (typeof item === 'string' ? item : ''));
  return name === '' || /[=;\0]/.test(name ?? '') || /[;\0]/.test(text ?? '');
}

function fileNameBytes({ bytes, rt }: Pair['request']): number {
  return Buffer.byteLength(`${String(confOf(bytes).name)}-${rt?.containerId}-${rt?.ifName}`);
}

function hasNulInInterface({ request: { kind, text, rt } }: Pair): boolean {
  return (kind === 'interface' && text?.includes('\0')) || rt?.ifName.includes('\0') === true;
}

function hasVersion(bytes: string | undefined): boolean {
  const { cniVersion } = confOf(bytes);
  return !isRefused(() => compareVersions(typeof cniVersion === 'string' ? cniVersion : '', '1.1.0'));
}

/** Go takes anything but an entry for a result in an old format, and finds nothing in it. */
function yieldsEmptyResult({ go, ours, request: { op } }: Pair): boolean {
  const found = (go.answer.value ?? null) === null ? [] : [go.answer.value];
  const results = op === 'check' ? go.runs.map(({ stdin }) => Object(stdin).prevResult) : found;
  const isOfCache = ours.answer.message?.startsWith('ERR_CACHE') === true;
  return isOfCache && results.length > 0 && results.every(isEmptyResult);
}

function isThatOfAnother(pair: Pair): boolean {
  return isRecordOfAnother(pair, pair.request.rt);
}

/** Whether the entry in the file of an attachment has the names of another one. */
function isRecordOfAnother({ before, request: { bytes } }: Pair, rt: Named | undefined): boolean {
  const network = String(confOf(bytes).name);
  const text = before.ours.texts[`results/${network}-${rt?.containerId}-${rt?.ifName}`];
  const [entry] = text === undefined ? [] : parseIfJson(text);
  if (typeof entry !== 'object' || entry === null) return false;
  const { kind, networkname, containerid, ifname } = foldedMembers(entry);
  const differs = (recorded: unknown, asked: unknown) => Boolean(recorded) && recorded !== asked;
  const names = [
    differs(networkname, network),
    differs(containerid, rt?.containerId),
    differs(ifname, rt?.ifName),
  ];
  return kind === 'cniCacheV1' && names.includes(true);
}

/** For this library there is no record: nothing to find, to pass on, or to delete. */
function leaveThatOfAnother(pair: Pair): Partial<Pair> | undefined {
  const { go, ours, request } = pair;
  if (!isThatOfAnother(pair) || !isCacheUntouched(pair)) return undefined;
  const isRead = request.op === 'cached-result' || request.op === 'cached-config';
  const isNothing = ours.answer.outcome === 'ok' && (ours.answer.value ?? null) === null;
  if (isRead) return isNothing ? { go: { ...go, answer: ours.answer } } : undefined;
  const runs = go.runs.map((run) => ({ ...run, stdin: withoutPrevResult(run.stdin) }));
  const isUnreadableToGo = go.answer.outcome === 'error' && go.runs.length === 0;
  return isUnreadableToGo && ranAsAsked(pair) ? { go: ours } : { go: { ...go, files: ours.files, runs } };
}

/** GC uses an entry of another name to remove what is recorded under this one. */
function keepThoseOfAnother(pair: Pair): Partial<Pair> | undefined {
  const { go, ours, before, request } = pair;
  const pathOf = (rt: Named) =>
    `results/${String(confOf(request.bytes).name)}-${rt.containerId}-${rt.ifName}`;
  const paths = cachedAttachments(pair)
    .filter((rt) => isRecordOfAnother(pair, rt))
    .map(pathOf);
  const kept = paths.filter((path) => ours.texts[path] === before.ours.texts[path]);
  if (kept.length === 0) return undefined;
  const runs = go.runs.map((run) => {
    const { CNI_COMMAND, CNI_CONTAINERID = '', CNI_IFNAME = '' } = run.env;
    const isKept = kept.includes(pathOf({ containerId: CNI_CONTAINERID, ifName: CNI_IFNAME }));
    return CNI_COMMAND === 'DEL' && isKept ? { ...run, stdin: withoutPrevResult(run.stdin) } : run;
  });
  const files = kept.map((path) => [path, ours.files[path]]);
  return { go: { ...go, runs, files: { ...go.files, ...Object.fromEntries(files) } } };
}

/** Whether the plugins ran in the order of the verb, each with the attachment and without a result. */
function ranAsAsked({ ours, request: { op, bytes, single, rt } }: Pair): boolean {
  const types = (single ? [confOf(bytes)] : pluginsOf(bytes)).map(
    (plugin) => foldedMembers(Object(plugin)).type,
  );
  const order = op === 'del' ? types.reverse() : types;
  const asked = [op.toUpperCase(), rt?.containerId, rt?.netns, rt?.ifName, argumentsOf(rt?.args)];
  const isWhole = ours.answer.outcome === 'error' || ours.runs.length === order.length;
  return (
    isWhole &&
    ours.runs.every(({ type, env, stdin }, index) => {
      const { CNI_COMMAND, CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS = '' } = env;
      const given = [CNI_COMMAND, CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS];
      return (
        type === order[index] && canonical(given) === canonical(asked) && !('prevResult' in Object(stdin))
      );
    })
  );
}

function argumentsOf(args: readonly (readonly [string, string])[] = []): string {
  return args.map(([key, value]) => `${key}=${value}`).join(';');
}

function withoutPrevResult(stdin: unknown): unknown {
  if (typeof stdin !== 'object' || stdin === null) return stdin;
  return Object.fromEntries(Object.entries(stdin).filter(([key]) => key !== 'prevResult'));
}

/** What the plugin reported is what it printed with exit code 0, and nothing ran after it. */
function acceptReportedError(pair: Pair): Partial<Pair> | undefined {
  const { reported } = pair.seen.ours.answer;
  const claimed = answersRun(pair).some(({ exitCode, stdout }) => {
    return exitCode === 0 && reported !== undefined && canonical(errorIn(stdout)) === canonical(reported);
  });
  return claimed && isCacheUntouched(pair) ? { go: stoppedWithOurs(pair) } : undefined;
}

/** A plugin that does not know VERSION is of 0.1.0. */
function acceptFromBeforeVersion(pair: Pair): Partial<Pair> | undefined {
  const isOld = answersRun(pair).some(({ exitCode, stdout }) => exitCode === 0 && saysUnknownVersion(stdout));
  return isOld ? { go: { ...pair.go, answer: pair.ours.answer } } : undefined;
}

function saysUnknownVersion(stdout: string | Buffer): boolean {
  const { msg, details } = Object(errorIn(stdout));
  return msg === 'unknown CNI_COMMAND: VERSION' && details === undefined;
}

/** The error object in an output; one without a code is none, nor is one with a code that is no number and no text. */
function errorIn(stdout: string | Buffer): unknown {
  try {
    const said = Object.entries(JSON.parse(stdout.toString())).filter(([, value]) => value !== null);
    const { code, msg, details } = Object.fromEntries(said.map(([key, value]) => [fold(key), value]));
    if (!code || (typeof code !== 'number' && !msg) || said.some(isOfAnswer)) return undefined;
    const known = { code: typeof code === 'number' ? code : 0, msg: typeof msg === 'string' ? msg : '' };
    return { ...known, ...(typeof details === 'string' && details !== '' && { details }) };
  } catch {
    return undefined;
  }
}

const ANSWER_KEYS = ['interfaces', 'ips', 'ip4', 'ip6', 'routes', 'dns', 'supportedversions'];

/** What only an answer to ADD or VERSION has. */
function isOfAnswer([key, value]: readonly [string, unknown]): boolean {
  return ANSWER_KEYS.includes(fold(key)) && typeof value === 'object';
}

function acceptEmptyError(pair: Pair): Partial<Pair> | undefined {
  const { go, ours } = pair;
  const failed = answersRun(pair).some(({ exitCode }) => exitCode !== 0);
  const isEmpty = canonical(go.answer.reported) === canonical({ code: 0, msg: '' });
  const isFailure = ours.answer.kind === 'plugin-failed';
  return failed && isEmpty && isFailure ? { go: { ...go, answer: ours.answer } } : undefined;
}

function pluginsOf(bytes: string | undefined): readonly unknown[] {
  const { plugins } = confOf(bytes);
  return Array.isArray(plugins) ? plugins : [];
}
