import {
  LibcniError,
  validateContainerId,
  validateInterfaceName,
  validateNetworkName,
} from '../../src/index.js';
import { compareVersions } from '../../src/libcni/version.js';
import type { Difference, Pair } from './differences.js';
import { canonical } from './harness/canonical.js';
import { documents, rawTexts, someInside } from './harness/documents.js';
import type { Operation } from './harness/protocol.js';

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

/** One library refuses what the other does. */
export const outcomeDifferences: readonly Difference[] = [
  refusal('names-on-every-verb', [...ATTACHMENT_OPS, ...NETWORK_OPS], hasInvalidName),
  refusal(
    'no-plugins',
    ['add'],
    ({ go, request }) => go.runs.length === 0 && pluginsOf(request.bytes).length === 0,
  ),
  refusal('arguments-that-cannot-be-told-apart', ['stringify', 'add', 'check', 'del'], hasUnsafeArguments),
  refusal('gc-without-arguments', ['gc'], ({ request }) => request.gc === undefined),
  refusal(
    'file-name-too-long',
    ['add', 'del', ...ATTACHMENT_OPS],
    ({ request }) => fileNameBytes(request) > 255,
  ),
  refusal('nul-in-interface-name', ['validate-name', 'add'], hasNulInInterface),
  refusal('version-of-status-and-gc', ['status', 'gc'], ({ request }) => !hasVersion(request.bytes)),
  refusal('null-in-result-lists', RESULT_OPS, (pair) => documents(pair).some(hasNullInLists)),
  refusal('missing-address', RESULT_OPS, (pair) => documents(pair).some(lacksAddress)),
  refusal('integers-beyond-2-53', RESULT_OPS, (pair) => rawTexts(pair).some((text) => /\d{16}/.test(text))),
  { name: 'nesting-limit', reconcile: refuseNesting },
  refusal('entry-read-as-empty-result', ['cached-result', 'check'], isEmptyResult),
  { name: 'error-with-exit-code-0', reconcile: acceptReportedError },
  { name: 'null-is-no-error-object', reconcile: acceptNullError },
];

/** This library refuses with an error of its own what Go does, or what Go crashes at. */
function refusal(
  name: string,
  ops: readonly Operation[] | undefined,
  applies: (pair: Pair) => boolean,
): Difference {
  const reconcile = (pair: Pair) => {
    const { go, ours } = pair;
    const isRefusal = ours.answer.outcome === 'error' && go.answer.outcome !== 'error';
    return isRefusal && applies(pair) ? { go: ours } : undefined;
  };
  return { name, ...(ops && { ops }), reconcile };
}

/** Where Go fails too, it is for another reason, or at a later point. */
function refuseNesting(pair: Pair): Partial<Pair> | undefined {
  const isRefusal = pair.ours.answer.outcome === 'error' && pair.ours.answer.kind === 'other';
  return isRefusal && rawTexts(pair).some(isNestedDeeply) ? { go: pair.ours } : undefined;
}

function hasInvalidName({ request: { op, rt, bytes, gc } }: Pair): boolean {
  const { name } = confOf(bytes);
  const valid = op === 'gc' ? (gc?.validAttachments ?? []) : [];
  const isAttachment = ATTACHMENT_OPS.includes(op);
  return (
    isRefused(() => validateNetworkName(typeof name === 'string' ? name : '')) ||
    (isAttachment && isRefused(() => validateContainerId(rt?.containerId ?? ''))) ||
    (isAttachment && isRefused(() => validateInterfaceName(rt?.ifName ?? ''))) ||
    valid.some(({ containerId }) => isRefused(() => validateContainerId(containerId))) ||
    valid.some(({ ifName }) => isRefused(() => validateInterfaceName(ifName)))
  );
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
  const pairs = rt?.args ?? [];
  return pairs.some(([key, value]) => key === '' || /[=;\0]/.test(key) || /[;\0]/.test(value));
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

function hasNullInLists(document: unknown): boolean {
  return someInside(document, (key, value) => {
    return ['ips', 'interfaces', 'routes'].includes(key) && Array.isArray(value) && value.includes(null);
  });
}

/** An address of a list, a route, or the one of a family. */
function lacksAddress(document: unknown): boolean {
  const lacks = (item: unknown, key: string) => {
    if (typeof item !== 'object' || item === null) return false;
    const value = Object.entries(item).findLast(([name]) => name.toLowerCase() === key)?.[1];
    return value === undefined || value === null;
  };
  return someInside(document, (key, value) => {
    if (key === 'ip4' || key === 'ip6') return lacks(value, 'ip');
    if (!Array.isArray(value)) return false;
    return value.some(
      (item) => (key === 'ips' && lacks(item, 'address')) || (key === 'routes' && lacks(item, 'dst')),
    );
  });
}

function isNestedDeeply(text: string): boolean {
  return text.includes('['.repeat(990));
}

/** Go takes whatever is no entry for a result of old, and finds nothing in it. */
function isEmptyResult({ go, ours, request: { op } }: Pair): boolean {
  const results = op === 'check' ? go.runs.map(({ stdin }) => Object(stdin).prevResult) : [go.answer.value];
  const isEmpty = (result: unknown) =>
    Object.keys(Object(result)).every((key) => key === 'cniVersion' || key === 'dns');
  return ours.answer.message?.startsWith('ERR_CACHE') === true && results.every(isEmpty);
}

/** What the plugin reported is what it was told to print with exit code 0, and nothing ran after it. */
function acceptReportedError({ stage, go, ours }: Pair): Partial<Pair> | undefined {
  const { reported } = ours.answer;
  const claimed = (stage.answers ?? []).some(({ exitCode, stdout }) => {
    return exitCode === 0 && reported !== undefined && canonical(errorIn(stdout)) === canonical(reported);
  });
  const before = go.runs.slice(0, ours.runs.length);
  return claimed && canonical(before) === canonical(ours.runs) ? { go: ours } : undefined;
}

function errorIn(stdout: string | Buffer): unknown {
  try {
    const { code, msg, details } = JSON.parse(stdout.toString());
    return { code, msg, ...(details && { details }) };
  } catch {
    return undefined;
  }
}

function acceptNullError({ stage, go, ours }: Pair): Partial<Pair> | undefined {
  const printsNull = (stage.answers ?? []).some(
    ({ exitCode, stdout }) => exitCode !== 0 && stdout.toString() === 'null',
  );
  const isEmpty = canonical(go.answer.reported) === canonical({ code: 0, msg: '' });
  return printsNull && isEmpty ? { go: { ...go, answer: ours.answer } } : undefined;
}

function pluginsOf(bytes: string | undefined): readonly unknown[] {
  const { plugins } = confOf(bytes);
  return Array.isArray(plugins) ? plugins : [];
}

function confOf(bytes = ''): Record<string, unknown> {
  const [conf] = documents({ request: { op: 'parse-list', bytes }, stage: {} });
  return typeof conf === 'object' && conf !== null ? { ...conf } : {};
}
