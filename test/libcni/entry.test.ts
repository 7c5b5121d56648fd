import { expect, it } from 'vitest';
import { entryFromJson } from '../../src/libcni/cache/entry.js';

const MIB = 1024 * 1024;

function configOf(config: unknown): string | undefined {
  return entryFromJson({ kind: 'cniCacheV1', config })?.config;
}

/** Texts are compared in one go, since a message about them would be as long as they are. */
function expectSame(read: string | undefined, text: string): void {
  expect(read === text).toBe(true);
}

it('a configuration of 24 MiB is read, as base64 and as plain text', () => {
  const text = `{"own":"${'x'.repeat(24 * MIB)}"}`;
  expectSame(configOf(Buffer.from(text).toString('base64')), text);
  expectSame(configOf(text), text);
});

it('a string of 24 MiB that is almost base64 is taken as it is', () => {
  const text = `${'A'.repeat(24 * MIB - 1)}!`;
  expectSame(configOf(text), text);
});

it.each([
  ['', ''],
  ['eyJ9', '{"}'],
  ['e30=', '{}'],
  ['ew==', '{'],
  ['e3\n0=\r\n', '{}'],
  ['e30', 'e30'],
  ['e===', 'e==='],
  ['====', '===='],
  ['e=30', 'e=30'],
  ['{"name":"net"}', '{"name":"net"}'],
])('the configuration %j reads as %j', (config, text) => {
  expect(configOf(config)).toBe(text);
});
