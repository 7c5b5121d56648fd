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

test.each([1000, 5000])('levels behind a string that ends in a backslash are counted: %i', (depth) => {
  const text = `{"type":"a","own":"\\\\","deep":${nested(depth)}}`;
  expect(() => networkPluginConfFromBytes(text)).toThrow(invalid);
});

test('many brackets side by side are not deep', () => {
  const text = JSON.stringify({ type: 'a', own: Array.from({ length: 5000 }, () => ({ a: [] })) });
  expect(networkPluginConfFromBytes(text).network.type).toBe('a');
});

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

test.each(['\\"', '\\\\"', '"', '\\', ''])(
  'brackets inside strings are no levels, whatever stands before them: %j',
  (before) => {
    const text = JSON.stringify({ type: 'a', own: `${before}${'['.repeat(5000)}${before}` });
    expect(networkPluginConfFromBytes(text).network.type).toBe('a');
  },
);
