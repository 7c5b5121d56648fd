import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type Circumstances,
  HelperClient,
  LibcniAggregateError,
  LibcniError,
  PluginError,
} from '../../src/index.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const network = { network: 'net' };

type Told = Error & { with(circumstances: Circumstances): Told };

const makers: [string, () => Told][] = [
  ['LibcniError', () => new LibcniError('ERR_CACHE', 'no record\n    at $.a in /b')],
  ['PluginError', () => new PluginError({ reason: 'exit', msg: 'no\n    at all', code: 7 })],
  ['PluginError', () => new PluginError({ reason: 'reported', msg: '' })],
  ['LibcniAggregateError', () => new LibcniAggregateError([new Error('one')], 'all')],
];

describe.each(makers)('%s with further circumstances', (name, make) => {
  function thrownHere() {
    return make();
  }
  function toldThere() {
    return thrownHere().with(network).with({ verb: 'ADD' });
  }

  it('shows the place where it was made, under its whole message', () => {
    const error = toldThere();
    const header = `${name}: ${error.message}\n    at `;
    expect(error.stack?.startsWith(header)).toBe(true);
    const place = error.stack?.slice(header.length - '    at '.length) ?? '';
    expect(place).toContain('thrownHere');
    expect(place).not.toMatch(/\.with /);
    for (const line of place.split('\n')) expect(line).toMatch(/^ {4}at /);
    expect(inspect(error)).toContain('thrownHere');
  });

  it('does not show its stack among its own keys, and can be given another one', () => {
    const error = toldThere();
    expect(Object.keys(error)).not.toContain('stack');
    error.stack = 'another';
    expect(error.stack).toBe('another');
    Error.captureStackTrace(error);
    expect(error.stack).toContain('stack.test');
  });

  it('has a stack even if none is captured', () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const error = toldThere();
    Error.stackTraceLimit = limit;
    expect(error.stack).toBe(`${name}: ${error.message}`);
  });
});

describe('a failed call', () => {
  const plugins = usePluginFolder();

  it('shows where it was found to fail', async () => {
    const error: unknown = await plugins.cni.getVersionInfo('gone').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', verb: 'VERSION' });
    expect(String(error instanceof Error && error.stack)).toMatch(/^LibcniError: .*\n {4}at notFound /);
  });
});

it('the error of a program that the helper could not start has its name and message as its stack', async () => {
  const error = await HelperClient.shared()
    .spawn({ path: '/none', env: {} })
    .catch((failure: unknown) => failure);
  expect(error).toHaveProperty('stack', 'SpawnError: execve /none: ENOENT');
});
