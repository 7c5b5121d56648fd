import { describe, expect, expectTypeOf, it } from 'vitest';
import { isOwnError } from '../../src/errors/own-error.js';
import {
  LibcniAggregateError,
  LibcniError,
  type LibcniErrorCode,
  PluginError,
  SpawnError,
} from '../../src/index.js';

const own = new LibcniError('ERR_CACHE', 'no record');
const plugin = new PluginError({ reason: 'reported', code: 11, msg: 'try again' });
const several = new LibcniAggregateError(
  [plugin, new PluginError({ reason: 'exit', msg: 'no', code: 11 })],
  'all',
);
const spawn = new SpawnError('EACCES', 'execve', '/bin/bridge');

describe.each([
  ['LibcniError', own, 'ERR_CACHE'],
  ['PluginError', plugin, 11],
  ['LibcniAggregateError', several, 11],
  ['SpawnError', spawn, 'EACCES'],
] as const)('%s', (name, error, code) => {
  it('is a LibcniError with its own name and code', () => {
    expect(error).toBeInstanceOf(LibcniError);
    expect(error).toMatchObject({ name, code });
    expect(Object.prototype.toString.call(error)).toBe('[object Error]');
  });

  it('stays of its class with further circumstances', () => {
    const further: unknown = error.with({ network: 'web' });
    expect(further).toBeInstanceOf(error.constructor);
    expect(further).toMatchObject({ name, code });
  });

  it('is an own error of the library only where it is nothing more special', () => {
    expect(isOwnError(error)).toBe(name === 'LibcniError');
  });
});

it('a plugin error knows the whole of what the plugin said, in its summary too', () => {
  const details = 'd'.repeat(3900);
  const error = new PluginError({ reason: 'reported', msg: 'm'.repeat(3900), details, network: 'web' });
  expect(error.message).toBe(`${error.summary} (network web)`);
  expect(error.summary).toContain(details);
});

it('the code of each class has its type', () => {
  expectTypeOf(own.code).toExtend<LibcniErrorCode>();
  expectTypeOf<LibcniError['code']>().toEqualTypeOf<LibcniErrorCode>();
  expectTypeOf<PluginError['code']>().toEqualTypeOf<number>();
  expectTypeOf<SpawnError['code']>().toEqualTypeOf<string>();
  const caught: unknown = own;
  expect(caught instanceof LibcniError && caught.code === 'ERR_CACHE').toBe(true);
});
