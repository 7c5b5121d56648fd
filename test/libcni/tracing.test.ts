import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { format } from 'node:util';
import createDebug from 'debug';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PluginTrace } from '../../src/index.js';
import { type Answer, listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

let ends: PluginTrace[];
let errors: unknown[];

const onEnd = (trace: unknown) => {
  ends.push({ ...(trace as PluginTrace) });
};
const onError = (trace: unknown) => {
  errors.push((trace as { error: unknown }).error);
};

beforeEach(async () => {
  ends = [];
  errors = [];
  subscribe('tracing:libcni:plugin:asyncEnd', onEnd);
  subscribe('tracing:libcni:plugin:error', onError);
});

afterEach(async () => {
  unsubscribe('tracing:libcni:plugin:asyncEnd', onEnd);
  unsubscribe('tracing:libcni:plugin:error', onError);
});

const list = listOfTypes(['one'], { cniVersion: '1.1.0' });

it('the log of a plugin run has its milliseconds with one decimal', async () => {
  const lines: string[] = [];
  const log = createDebug.log;
  createDebug.log = (...parts: unknown[]) => lines.push(format(...parts));
  createDebug.enable('libcni:exec');
  try {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    await plugins.cni.addNetworkList(list, rt);
  } finally {
    createDebug.disable();
    createDebug.log = log;
  }
  expect(lines.join('\n')).toMatch(/ADD one of net: success after \d+\.\d ms/);
});

describe('the trace of a plugin run', () => {
  it('has its circumstances, duration and outcome', async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() }, DEL: { exitCode: 1 } });
    await plugins.cni.addNetworkList(list, rt);
    await plugins.cni.delNetworkList(list, rt).catch(() => {});
    expect(ends).toMatchObject([
      { verb: 'ADD', plugin: 'one', network: 'net', containerId: 'c1', ifName: 'eth0', outcome: 'success' },
      { verb: 'DEL', plugin: 'one', network: 'net', outcome: 'failure' },
    ]);
    expect(ends[0]?.durationMs).toBeGreaterThan(0);
    expect(errors).toMatchObject([{ exitCode: 1 }]);
  });

  it.each<[string, Answer, object]>([
    ['an error object with exit code 0', { stdout: '{"code":7,"msg":"no"}' }, { reason: 'reported' }],
    ['no output', {}, { reason: 'no-output' }],
    ['half a document', { stdout: '{"cni' }, { reason: 'bad-output' }],
    ['a result of an unknown version', { stdout: '{"cniVersion":"7.0.0"}' }, { code: 'ERR_VERSION' }],
  ])('says failure for an ADD that printed %s', async (_, answer, expected) => {
    await plugins.folder.add('one', { ADD: answer });
    await plugins.cni.addNetworkList(list, rt, { rollback: false }).catch(() => {});
    expect(ends).toMatchObject([{ verb: 'ADD', outcome: 'failure' }]);
    expect(errors).toMatchObject([expected]);
  });

  it('reaches its subscribers where Node does not tell whether there are any', async () => {
    const untold = vi.spyOn(Object.getPrototypeOf(tracingChannel('x')), 'hasSubscribers', 'get');
    // Once: `tracePromise` of the Node that runs this test asks too.
    untold.mockReturnValueOnce(undefined);
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    await plugins.cni.addNetworkList(list, rt);
    untold.mockRestore();
    expect(ends).toMatchObject([{ verb: 'ADD', outcome: 'success' }]);
  });

  it('says success for an error object with exit code 0 of a verb without result', async () => {
    await plugins.folder.add('one', { STATUS: { stdout: '{"code":50,"msg":"no"}' } });
    await plugins.cni.getStatusNetworkList(list);
    expect(ends).toMatchObject([{ verb: 'STATUS', outcome: 'success' }]);
    expect(errors).toEqual([]);
  });

  it('says failure for invalid version information', async () => {
    await plugins.folder.add('one', { VERSION: { stdout: '[]' } });
    await plugins.cni.getVersionInfo('one').catch(() => {});
    expect(ends).toMatchObject([{ verb: 'VERSION', outcome: 'failure' }]);
    expect(errors).toMatchObject([{ reason: 'bad-output' }]);
  });
});
