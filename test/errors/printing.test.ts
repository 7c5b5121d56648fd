import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { LibcniAggregateError, LibcniError, PluginError } from '../../src/index.js';

const lone = new LibcniError('ERR_CACHE', 'no', { file: '/x', network: undefined });
const plugin = new PluginError({ reason: 'exit', msg: 'no', exitCode: 1, details: undefined });

it.each([
  ['LibcniError', lone],
  ['PluginError', plugin],
  ['LibcniAggregateError', new LibcniAggregateError([lone, plugin], 'all')],
  ['one with more circumstances', lone.with({ network: 'a' })],
])('a %s is printed without what it does not know', (_, error) => {
  expect(inspect(error)).not.toContain('undefined');
});

it('what an error does not know is undefined nevertheless', () => {
  expect(lone.network).toBeUndefined();
  expect(plugin.details).toBeUndefined();
  expect(lone.with({ network: 'a' }).network).toBe('a');
});

it('a string that is in several errors of one message is printed once', () => {
  const { message } = new LibcniAggregateError(
    [new Error('same'), new Error('same'), new Error('other')],
    'all',
  );
  expect(message.match(/same/g)).toHaveLength(1);
  expect(message).toContain('other');
});

it('control characters in summaries are shown escaped, line breaks and tabs as they are', () => {
  const { message, summary } = new LibcniError('ERR_CACHE', 'a\0b\u001bc\nd\te\u009b');
  expect(message).toBe('a\\x00b\\x1bc\nd\te\\x9b');
  expect(summary).toBe(message);
});
