import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { LibcniAggregateError, LibcniError, PluginError } from '../../src/index.js';

function failures(count: number): LibcniError[] {
  return Array.from({ length: count }, (_, index) => new LibcniError('ERR_CACHE', `failure ${index}`));
}

function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it('the message of many errors names the first of them and how many more there are', () => {
  const many = new LibcniAggregateError(failures(5000), 'garbage remains');
  expect(many.message).toContain('garbage remains: failure 0; failure 1; ');
  expect(many.message).toMatch(/failure 9; and 4990 more$/);
  expect(many.message.length).toBeLessThan(1000);
  expect(many.errors).toHaveLength(5000);
  const further = many.with({ network: 'net' });
  expect(further.message).toMatch(/failure 9 \(network net\); and 4990 more$/);
  expect(further.errors).toHaveLength(5000);
});

it('the message of a few errors has all of theirs', () => {
  const few = new LibcniAggregateError(failures(3), 'garbage remains');
  expect(few.message).toBe('garbage remains: failure 0; failure 1; failure 2');
});

it('the message stays bounded whatever the errors say, and one within another', () => {
  const long = [new Error('x'.repeat(1_000_000)), new LibcniError('ERR_CACHE', 'y'.repeat(1_000_000))];
  const inner = new LibcniAggregateError(long, 'inner');
  const outer = new LibcniAggregateError([inner, inner], 'outer');
  expect(inner.message.length).toBeLessThan(5000);
  expect(outer.message.length).toBeLessThan(5000);
  expect(outer.message).toContain('outer: inner: xxx');
});

it('the message of an error with many of its rollback stays bounded, and they are all there', () => {
  const rollbackErrors = failures(5000);
  const given = { reason: 'exec', msg: 'no' } as const;
  for (const error of [
    new PluginError({ ...given, rollbackErrors }),
    new LibcniError('ERR_CACHE', 'no', { rollbackErrors }),
  ]) {
    expect(error.message).toMatch(/^no; rollback failed too: failure 0; .*failure 9; and 4990 more$/);
    expect(error.rollbackErrors).toHaveLength(5000);
  }
});

it.each(['reported', 'exit', 'killed', 'no-output', 'bad-output', 'output-too-large', 'exec'] as const)(
  'a plugin error of the reason %s keeps the first 64 Ki characters of stdout',
  (reason) => {
    const stdout = 'é€'.repeat(1_000_000);
    const error = new PluginError({ reason, msg: 'no', stdout }).with({ network: 'net' });
    expect(error.stdout).toBe(stdout.slice(0, 65_536));
    expect(new PluginError({ reason, msg: 'no', stdout: 'short' }).stdout).toBe('short');
  },
);

it('plugin errors do not keep all that the plugins printed in memory', () => {
  const print = (index: number) => Buffer.alloc(4 * 1024 * 1024, 97 + (index % 20)).toString('latin1');
  const before = memoryInUse();
  const errors = Array.from({ length: 64 }, (_, index) => {
    const error = new PluginError({ reason: 'exit', msg: 'no', stdout: print(index) });
    return error.with({ network: 'net' });
  });
  const kept = memoryInUse() - before;
  expect(errors.every(({ stdout }) => stdout.length === 65_536)).toBe(true);
  expect(kept).toBeLessThan(64 * 1024 * 1024);
});

it('long output of a plugin is complete in msg and details, and truncated in the message', () => {
  const [msg, details] = ['m'.repeat(100_000), 'd'.repeat(100_000)];
  const error = new PluginError({ reason: 'reported', code: 100, msg, details });
  expect(error).toMatchObject({ msg, details });
  expect(error.message.length).toBeLessThan(10_000);
  expect(error.message).toMatch(/^mmm.*… \(100000 characters\); ddd.*… \(100000 characters\) \[code 100\]$/);
});

it('a message of the library stays bounded, whatever it quotes and however often details are added', () => {
  const long = 'x'.repeat(1_000_000);
  const circumstances = { plugin: long, network: long, containerId: long, ifName: long };
  const error = new LibcniError('ERR_VERSION', `"${long}" is none`, {
    value: long,
    file: long,
    jsonPath: long,
  });
  const further = error.with({ verb: 'ADD' }).with(circumstances);
  expect(error.message).toMatch(/^"xxx.*… \(1000010 characters\) \(at xxx/);
  expect(further.summary).toBe(error.summary);
  expect(error.summary.length).toBeLessThan(5000);
  expect(further.message.length).toBeLessThan(20_000);
  expect(further).toMatchObject({ value: long, file: long, jsonPath: long, ...circumstances });
  const failed = new PluginError({ reason: 'exec', msg: 'no', ...circumstances });
  expect(failed.message.length).toBeLessThan(10_000);
  expect(new LibcniAggregateError([error], long).message.length).toBeLessThan(10_000);
});

it('a message does not keep all of what it quotes in memory', () => {
  const before = memoryInUse();
  const errors = Array.from({ length: 64 }, (_, index) => {
    return new LibcniError('ERR_VERSION', `${index} ${Buffer.alloc(4 * 1024 * 1024, 97).toString('latin1')}`);
  });
  const kept = memoryInUse() - before;
  expect(errors.every(({ message }) => message.length < 5000)).toBe(true);
  expect(kept).toBeLessThan(64 * 1024 * 1024);
});
