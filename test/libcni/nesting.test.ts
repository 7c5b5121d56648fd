import { expect, test } from 'vitest';
import {
  createResult,
  injectConf,
  networkConfFromBytes,
  networkPluginConfFromBytes,
} from '../../src/index.js';

function nested(depth: number): string {
  return `${'['.repeat(depth)}"]]]]"${']'.repeat(depth)}`;
}

const invalid = expect.objectContaining({ name: 'LibcniError', code: 'ERR_CONF_INVALID' });

test('a document of a thousand levels is read and written', () => {
  const plugin = networkPluginConfFromBytes(`{"type":"a","own":${nested(999)}}`);
  expect(injectConf(plugin, { name: 'net' }).bytes).toContain(nested(999));
});

test.each([1000, 5000, 20_000])('a plugin configuration with %i levels below its own is refused', (depth) => {
  expect(() => networkPluginConfFromBytes(`{"type":"a","own":${nested(depth)}}`)).toThrow(invalid);
});

test.each([1000, 5000, 20_000])('a list with %i levels below its own is refused', (depth) => {
  expect(() => networkConfFromBytes(`{"name":"net","own":${nested(depth)}}`)).toThrow(invalid);
});

test.each([1000, 5000, 20_000])('a result with %i levels below its own is refused', (depth) => {
  expect(() => createResult(`{"cniVersion":"1.0.0","own":${nested(depth)}}`)).toThrow(invalid);
});

test('brackets inside strings are no levels', () => {
  const text = JSON.stringify({ type: 'a', own: `\\"${'['.repeat(5000)}` });
  expect(networkPluginConfFromBytes(text).network.type).toBe('a');
});
