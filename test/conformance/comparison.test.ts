import { expect, test } from 'vitest';
import type { Pair } from './differences.js';
import { compare } from './harness/compare.js';
import type { CacheState, Observation, Run } from './harness/observe.js';
import type { CannedAnswer } from './harness/stage.js';
import { hasHugeInteger, hasInfinity, isNestedDeeply } from './harness/unreadable.js';

const CONF = '{"cniVersion":"1.0.0","name":"../net","plugins":[{"type":"bridge"},{"type":"tuning"}]}';
const empty = { files: {}, texts: {} };
const refused = { outcome: 'error', kind: 'other' } as const;

function run(type: string, verb: string): Run {
  return { type, env: { CNI_COMMAND: verb }, stdin: {} };
}

const went: Observation = {
  ...empty,
  answer: { outcome: 'ok', value: null },
  runs: [run('bridge', 'CHECK'), run('tuning', 'CHECK')],
};

interface Given {
  readonly go?: Observation;
  readonly ours: Observation;
  readonly more?: Partial<Pair>;
}

/** A CHECK of a network whose name this library refuses, so that `names-on-every-verb` is met. */
function pair({ go = went, ours, more }: Given): Pair {
  const seen = { go, ours };
  const rt = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth0' };
  const request = { op: 'check', bytes: Buffer.from(CONF).toString('base64'), rt } as const;
  return { request, stage: {}, before: { go: empty, ours: empty }, seen, ...seen, ...more };
}

test('a refusal is a known difference if Go began in the same way', () => {
  const verdicts = [0, 1, 2].map((count) =>
    compare(pair({ ours: { ...empty, answer: refused, runs: went.runs.slice(0, count) } })),
  );
  expect(verdicts).toMatchObject(
    Array(3).fill({ agree: true, diverged: true, differences: ['names-on-every-verb'] }),
  );
});

test.each([
  ['another plugin', [run('portmap', 'CHECK')]],
  ['another verb', [run('bridge', 'DEL')]],
  ['other arguments', [{ ...run('bridge', 'CHECK'), env: { CNI_COMMAND: 'CHECK', CNI_ARGS: 'A=1' } }]],
  ['another order', [run('tuning', 'CHECK')]],
  ['more plugins', [...went.runs, run('portmap', 'CHECK')]],
])('a refusal after %s is a mismatch', (_, runs) => {
  expect(compare(pair({ ours: { ...empty, answer: refused, runs } })).agree).toBe(false);
});

test('a refusal that leaves something else in the cache is a mismatch', () => {
  const texts = { 'results/net-c1-eth0': '{}' };
  const files = { 'results/net-c1-eth0': {} };
  const wrote = { answer: refused, runs: [], files, texts };
  const before = { go: empty, ours: { files, texts } };
  expect(compare(pair({ ours: wrote })).agree).toBe(false);
  expect(compare(pair({ ours: { ...empty, answer: refused, runs: [] }, more: { before } })).agree).toBe(
    false,
  );
  expect(compare(pair({ ours: wrote, more: { before } })).agree).toBe(true);
});

test.each([
  ['the answer of a plugin that did not run', 'check', { verb: 'CHECK', type: 'portmap' }],
  ['the answer to another verb', 'check', { verb: 'ADD' }],
] as const)('%s is no reason to refuse', (_, op, which) => {
  const bytes = Buffer.from(CONF.replace('../', '')).toString('base64');
  const rt = { containerId: 'c1', netns: '', ifName: 'eth0' };
  const stdout = '{"mtu":9007199254740993,"own":1e400}';
  const stage = { answers: [{ exitCode: 0, stderr: '', stdout, ...which }] };
  const ours = { ...empty, answer: refused, runs: [run('bridge', 'CHECK')] };
  const given = pair({ ours, more: { request: { op, bytes, rt }, stage } });
  expect(compare(given).agree).toBe(false);
  const read = { answers: [{ exitCode: 0, stderr: '', stdout, verb: 'CHECK', type: 'bridge' }] };
  expect(compare({ ...given, stage: read }).agree).toBe(true);
});

test.each([
  ['an integer that is too large', '"mtu":9007199254740993'],
  ['null in a list', '"routes":[null]'],
  ['a route without a destination', '"routes":[{}]'],
])('%s is a reason to refuse a result, not a configuration', (_, member) => {
  const bytes = Buffer.from(CONF.replace('../', '').replace('{', `{${member},`)).toString('base64');
  const rt = { containerId: 'c1', netns: '', ifName: 'eth0' };
  const ours = { ...empty, answer: refused, runs: [run('bridge', 'CHECK')] };
  const given = pair({ ours, more: { request: { op: 'check', bytes, rt } } });
  expect(compare(given).agree).toBe(false);
  const stage = { answers: [{ exitCode: 0, stderr: '', stdout: `{${member}}`, verb: 'CHECK' }] };
  expect(compare({ ...given, stage }).agree).toBe(true);
});

test.each([
  ['[["a;b","1"]]', false],
  ['[null]', false],
  ['[["a","1",true]]', false],
  ['{"mtu":true}', false],
  ['5', false],
])('cached arguments %s are a reason for GC to refuse: %s', (cniArgs, agree) => {
  const text = `{"kind":"cniCacheV1","networkName":"net","containerId":"a","ifName":"e","cniArgs":${cniArgs}}`;
  const state = { files: { 'results/x': JSON.parse(text) }, texts: { 'results/x': text } };
  const request = { ...asked('del').request, op: 'gc', gc: { validAttachments: [] } } as const;
  const ours = { ...state, answer: refused, runs: [] };
  const go = { ...state, answer: { outcome: 'ok', value: null }, runs: [] } as const;
  expect(compare(pair({ go, ours, more: { request, before: { go: state, ours: state } } })).agree).toBe(
    agree,
  );
});

test('an invalid name in the record of another network is no reason for GC to refuse', () => {
  const bytes = Buffer.from(CONF.replace('../', '')).toString('base64');
  const request = { op: 'gc', bytes, gc: { validAttachments: [] } } as const;
  const verdictOn = (networkName: string) => {
    const text = JSON.stringify({ kind: 'cniCacheV1', networkName, containerId: 'a b', ifName: 'eth0' });
    const state = { files: { 'results/x': JSON.parse(text) }, texts: { 'results/x': text } };
    const ours = { ...state, answer: refused, runs: [] };
    const go = { ...state, answer: { outcome: 'ok', value: null }, runs: [] } as const;
    return compare(pair({ go, ours, more: { request, before: { go: state, ours: state } } })).agree;
  };
  expect(['net', 'other'].map(verdictOn)).toEqual([true, false]);
});

test('GC may go on after what it refuses, in the same order, and removes what Go removes', () => {
  const bytes = Buffer.from(CONF).toString('base64');
  const request = { op: 'gc', bytes, gc: { validAttachments: [] } } as const;
  const go = { ...went, runs: ['a', 'b', 'c'].map((type) => run(type, 'DEL')) };
  const texts = { 'results/net-a-eth0': '{}', 'results/net-b-eth0': '{}' };
  const files = { 'results/net-a-eth0': {}, 'results/net-b-eth0': {} };
  const before = { go: { files, texts }, ours: { files, texts } };
  const left = { files: { 'results/net-a-eth0': {} }, texts: { 'results/net-a-eth0': '{}' } };
  const after = (types: string[], state: CacheState = left, kept: CacheState = empty) => {
    const ours = { answer: refused, runs: types.map((type) => run(type, 'DEL')), ...state };
    return compare(pair({ go: { ...go, ...kept }, ours, more: { request, before } })).agree;
  };
  expect([after(['b', 'c']), after(['c']), after(['c', 'b']), after(['b', 'b'])]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(after(['b'], { files: {}, texts: {} })).toBe(true);
  const elsewhere = { files: { 'results/x': {} }, texts: { 'results/x': '{}' } };
  expect(after(['b'], elsewhere)).toBe(false);
  expect(after(['b'], empty, left)).toBe(false);
});

test('a key that is spelled twice excuses nothing that Go refuses', () => {
  const bytes = Buffer.from('{"name":"n","type":"a","Own":1,"own":2}').toString('base64');
  const go = { ...empty, answer: { outcome: 'error', kind: 'other' }, runs: [] } as const;
  const ours = { ...empty, answer: { outcome: 'ok', value: { type: 'a' } }, runs: [] } as const;
  const request = { op: 'parse-plugin', bytes } as const;
  expect(compare(pair({ go, ours, more: { request } })).agree).toBe(false);
});

test('only integers in the integer keys of a result can be too large for a double', () => {
  const routes = (spelled: string) => JSON.parse(`{"routes":[{"dst":"::/0","MTU":${spelled}}]}`);
  expect(['9007199254740993', '18446744073709551615'].map(routes).map(hasHugeInteger)).toEqual([true, true]);
  const others = ['9007199254740991', '"9007199254740993"', '0.12345678901234567890', '1e400', '1e30'];
  expect(others.map(routes).filter(hasHugeInteger)).toEqual([]);
  expect(hasHugeInteger(JSON.parse('{"own":9007199254740993}'))).toBe(false);
});

test('infinite numbers are recognised by their tokens', () => {
  expect(['{"a":1e400}', '[-1E+999]'].map(hasInfinity)).toEqual([true, true]);
  expect(['{"mac":"00:1e400"}', '["\\"1e400"]', '[1e-400]', '[1e300]'].filter(hasInfinity)).toEqual([]);
});

test('brackets in strings are not levels, and closed ones do not count', () => {
  expect(isNestedDeeply(`{"deep":${'['.repeat(1000)}${']'.repeat(1000)}}`)).toBe(true);
  expect(isNestedDeeply('{"a":'.repeat(1000))).toBe(true);
  expect(isNestedDeeply(`["${'['.repeat(2000)}"]`)).toBe(false);
  expect(isNestedDeeply(`[${'[],'.repeat(2000)}0]`)).toBe(false);
});

test.each([
  ['in what a caller gets', { answer: 'a\ud800' }, true],
  ['in the input of a plugin', { stdin: 'a\ud800' }, false],
  ['in a file', { file: 'a\ud800' }, false],
])('a lone surrogate %s', (_, { answer = 'a\ufffd', stdin = 'a\ufffd', file = 'a\ufffd' }: Texts, agree) => {
  const seen = (given: Required<Texts>): Observation => ({
    answer: { outcome: 'ok', value: given.answer },
    runs: [{ ...run('bridge', 'CHECK'), stdin: { own: given.stdin } }],
    files: { 'results/x': { own: given.file } },
    texts: { 'results/x': '' },
  });
  const go = seen({ answer: 'a\ufffd', stdin: 'a\ufffd', file: 'a\ufffd' });
  const ours = seen({ answer, stdin, file });
  expect(compare(pair({ go, ours, more: asked('check') })).agree).toBe(agree);
});

interface Texts {
  readonly answer?: string;
  readonly stdin?: string;
  readonly file?: string;
}

test('a lone surrogate beside an invalid byte becomes one U+FFFD of several', () => {
  const bytes = Buffer.from('{"cniVersion":"1.0.0","dns":{"domain":"\\ud800\xff"}}', 'latin1').toString(
    'base64',
  );
  const answer = (domain: string) =>
    ({ outcome: 'ok', value: { cniVersion: '1.0.0', dns: { domain } } }) as const;
  const go = { ...empty, answer: answer('\ufffd\ufffd\ufffd'), runs: [] };
  const ours = { ...empty, answer: answer('\ud800\ufffd'), runs: [] };
  const request = { op: 'convert-result', bytes } as const;
  const verdict = compare(pair({ go, ours, more: { request } }));
  expect(verdict).toMatchObject({ agree: true, differences: ['lone-surrogates', 'invalid-utf8'] });
});

test('a lone surrogate in a file that neither library wrote is not replaced', () => {
  const text = '{"a":"\\ud800"}';
  const cache = { files: { 'results/x': { a: '\ud800' } }, texts: { 'results/x': text } };
  const answer = (value: string) => ({ outcome: 'ok', value }) as const;
  const go = { ...cache, answer: answer('\ufffd'), runs: [] };
  const ours = { ...cache, answer: answer('\ud800'), runs: [] };
  const verdict = compare(pair({ go, ours, more: { before: { go: cache, ours: cache } } }));
  expect(verdict).toMatchObject({ agree: true, differences: ['lone-surrogates'] });
});

const VALID = CONF.replace('../', '');
const FAILED = { outcome: 'error', kind: 'plugin-failed' } as const;

/** A step of a valid network, with what its plugins print. */
function asked(
  op: 'add' | 'check' | 'del' | 'cached-result',
  answers: readonly CannedAnswer[] = [],
  conf = VALID,
) {
  const rt = { containerId: 'c1', netns: '', ifName: 'eth0' };
  return { request: { op, bytes: Buffer.from(conf).toString('base64'), rt }, stage: { answers } };
}

function printed(stdout: string, more: Partial<CannedAnswer> = {}): CannedAnswer {
  return { verb: 'CHECK', type: 'bridge', exitCode: 0, stderr: '', stdout, ...more };
}

test.each([
  ['a failure of the plugin', FAILED, {}, true],
  ['a success', { outcome: 'ok', value: null }, {}, false],
  ['another error', refused, {}, false],
  ['the answer to another verb', FAILED, { verb: 'DEL' }, false],
  ['the answer of a plugin that did not run', FAILED, { type: 'tuning' }, false],
  ['a plugin that succeeded', FAILED, { exitCode: 0 }, false],
] as const)('null instead of an error object, and %s', (_, answer, which, agree) => {
  const runs = [run('bridge', 'CHECK')];
  const nothing = { outcome: 'error', kind: 'reported', reported: { code: 0, msg: '' } } as const;
  const more = asked('check', [printed('null', { exitCode: 1, ...which })]);
  const given = { go: { ...empty, answer: nothing, runs }, ours: { ...empty, answer, runs }, more };
  expect(compare(pair(given)).agree).toBe(agree);
});

test.each([
  ['a code', { code: 11, msg: 'no' }, '{"code":11,"msg":"no"}', {}, true],
  ['a code that is a string', { code: 0, msg: 'no' }, '{"code":"x","msg":"no"}', {}, true],
  ['a lone surrogate', { code: 11, msg: '\ud800' }, '{"code":11,"msg":"\\ud800"}', {}, true],
  ['no code', { code: 0, msg: 'no' }, '{"msg":"no"}', {}, false],
  ['code 0', { code: 0, msg: 'no' }, '{"code":0,"msg":"no"}', {}, false],
  ['a code that is a string, without a message', { code: 0, msg: '' }, '{"code":"x"}', {}, false],
  ['another verb', { code: 11, msg: 'no' }, '{"code":11,"msg":"no"}', { verb: 'DEL' }, false],
  ['another plugin', { code: 11, msg: 'no' }, '{"code":11,"msg":"no"}', { type: 'portmap' }, false],
] as const)('an error object with exit code 0: %s', (_, reported, stdout, which, agree) => {
  const answer = { outcome: 'error', kind: 'reported', reported } as const;
  const runs = [run('bridge', 'ADD')];
  const more = asked('add', [printed(stdout, { verb: 'ADD', ...which })]);
  const given = { go: { ...went, runs }, ours: { ...empty, answer, runs }, more };
  expect(compare(pair(given)).agree).toBe(agree);
});

const ofCache = { outcome: 'error', kind: 'other', message: 'ERR_CACHE: it cannot be read' } as const;

test.each([
  ['a CHECK that runs plugins', 'check', went, true],
  ['a CHECK that is left out', 'check', { ...went, runs: [] }, false],
  [
    'a result that is found',
    'cached-result',
    { ...went, answer: { outcome: 'ok', value: {} }, runs: [] },
    true,
  ],
  ['no result', 'cached-result', { ...went, runs: [] }, false],
] as const)('an entry that cannot be read, and in Go %s', (_, op, go, agree) => {
  const ours = { ...empty, answer: ofCache, runs: [] };
  expect(compare(pair({ go, ours, more: asked(op) })).agree).toBe(agree);
});

const mtu = { interfaces: [{ name: 'a', mtu: 1500 }] };
const ipVersion = { ips: [{ address: '10.0.0.2/24', version: '4' }] };

test.each([
  ['a key that nobody knows', '1.0.0', { cniVersion: '1.0.0', own: 1 }, '1.1.0', { own: 1 }, {}, true],
  ['a key that was made up', '1.0.0', { cniVersion: '1.0.0' }, '1.0.0', { own: 1 }, {}, false],
  [
    'a key that 1.0.0 has no more',
    '0.4.0',
    { ...ipVersion },
    '1.0.0',
    ipVersion,
    { ips: [{ address: '10.0.0.2/24' }] },
    false,
  ],
  [
    'the same key, read in 1.0.0',
    '1.0.0',
    { ...ipVersion },
    '1.0.0',
    ipVersion,
    { ips: [{ address: '10.0.0.2/24' }] },
    true,
  ],
  [
    'a key that 0.4.0 does not have yet',
    '1.0.0',
    { ...mtu },
    '0.4.0',
    mtu,
    { interfaces: [{ name: 'a' }] },
    false,
  ],
  [
    'an unknown key in the DNS settings',
    '0.4.0',
    { dns: { own: 1 } },
    '1.0.0',
    { dns: { own: 1 } },
    {},
    true,
  ],
  ['an unknown key of another era', '0.4.0', { own: 1 }, '1.0.0', { own: 1 }, {}, false],
] as const)('%s in a result', (_, from, read, to, more, known, agree) => {
  const bytes = Buffer.from(JSON.stringify({ ...read, cniVersion: from })).toString('base64');
  const yielded = (value: object): Observation => {
    return { ...empty, answer: { outcome: 'ok', value: { cniVersion: to, ...value } }, runs: [] };
  };
  const request = { op: 'convert-result', bytes, to } as const;
  expect(compare(pair({ go: yielded(known), ours: yielded(more), more: { request } })).agree).toBe(agree);
});

const OF_ANOTHER =
  '{"kind":"cniCacheV1","networkName":"net","containerId":"c1-eth0","ifName":"x","result":1}';

test.each([
  ['in the order of DEL', 'del', ['tuning', 'bridge'], {}, {}, true],
  ['in the order of CHECK', 'check', ['bridge', 'tuning'], {}, {}, true],
  ['in another order', 'del', ['bridge', 'tuning'], {}, {}, false],
  ['but for one', 'del', ['tuning'], {}, {}, false],
  ['for another container', 'del', ['tuning', 'bridge'], { CNI_CONTAINERID: 'c2' }, {}, false],
  ['with other arguments', 'del', ['tuning', 'bridge'], { CNI_ARGS: 'A=1' }, {}, false],
  ['with a result', 'del', ['tuning', 'bridge'], {}, { prevResult: {} }, false],
] as const)('a record of another that Go fails at: the plugins run %s', (_, op, types, env, stdin, agree) => {
  const path = 'results/net-c1-eth0';
  const state = { files: { [path]: JSON.parse(OF_ANOTHER) }, texts: { [path]: OF_ANOTHER } };
  const asIs = { CNI_COMMAND: op.toUpperCase(), CNI_CONTAINERID: 'c1', CNI_NETNS: '', CNI_IFNAME: 'eth0' };
  const runs = types.map((type) => ({ type, env: { ...asIs, ...env }, stdin }));
  const ours = { ...state, answer: { outcome: 'ok', value: null }, runs } as const;
  const more = { ...asked(op), before: { go: state, ours: state } };
  expect(compare(pair({ go: { ...state, answer: refused, runs: [] }, ours, more })).agree).toBe(agree);
});

test.each([
  ['of another', OF_ANOTHER, true],
  ['of the attachment itself', OF_ANOTHER.replace('c1-eth0', 'c1').replace('"x"', '"eth0"'), false],
])('a record %s that GC keeps and Go deletes', (_, text, agree) => {
  const listed = '{"kind":"cniCacheV1","networkName":"net","containerId":"c1","ifName":"eth0"}';
  const [path, other] = ['results/net-c1-eth0', 'results/other-c1-eth0'];
  const left = { files: { [other]: JSON.parse(listed) }, texts: { [other]: listed } };
  const all = {
    files: { ...left.files, [path]: JSON.parse(text) },
    texts: { ...left.texts, [path]: text },
  };
  const done = { answer: { outcome: 'ok', value: null }, runs: [] } as const;
  const request = { ...asked('del').request, op: 'gc', gc: { validAttachments: [] } } as const;
  const more = { request, before: { go: all, ours: all } };
  expect(compare(pair({ go: { ...left, ...done }, ours: { ...all, ...done }, more })).agree).toBe(agree);
});

test.each([
  ['as it was', '{', true],
  ['with something else in it', '', false],
])('an entry that is set aside %s', (_, text, agree) => {
  const [path, aside] = ['results/net-c1-eth0', 'unreadable/net-c1-eth0.1700000000000'];
  const old = { files: { [path]: '{' }, texts: { [path]: '{' } };
  const done = { answer: { outcome: 'ok', value: null }, runs: [] } as const;
  const ours = { ...done, files: { [aside]: text }, texts: { [aside]: text } };
  const more = { ...asked('del'), before: { go: old, ours: old } };
  expect(compare(pair({ go: { ...empty, ...done }, ours, more })).agree).toBe(agree);
});
