import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseIsuladCheckpoint } from '../../src/index.js';
import { formatCheckpoint, parseCheckpoint } from '../../src/sandbox/state/checkpoint.js';
import type { SandboxRecord } from '../../src/sandbox/state/sandbox-record.js';

const record: SandboxRecord = {
  version: 1,
  id: 'a'.repeat(64),
  createdAt: 1,
  bootId: 'b',
  phase: 'running',
  startFirst: false,
  runtimeHandler: '',
  netns: '/run/netns/isulacni-aaaaaaaaaaaaaaaa',
  networkReady: true,
  process: { pid: 5, start: '77' },
  logFolders: [],
  config: { metadata: { name: 'web', namespace: 'shop', uid: 'u', attempt: 0 }, labels: { z: '1', a: '2' } },
};

/** A checkpoint of iSulad with its own sum. */
function isulad(content: object): string {
  const checksum = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return JSON.stringify({ ...content, checksum });
}

it('a checkpoint is read as it was written, whatever the order of its keys', () => {
  const text = formatCheckpoint(record);
  expect(parseCheckpoint(text, 'file')).toEqual(record);
  const reversed = Object.fromEntries(Object.entries(JSON.parse(text)).reverse());
  expect(parseCheckpoint(JSON.stringify(reversed), 'file')).toEqual(record);
});

it.each([
  ['a changed value', (text: string) => text.replace('"running"', '"stopped"')],
  ['a cut text', (text: string) => text.slice(0, -20)],
  ['no text', () => ''],
  ['another kind of text', () => '[]'],
  ['nesting without end', () => '['.repeat(100_000)],
])('a checkpoint with %s is corrupt', (_, change) => {
  const read = () => parseCheckpoint(change(formatCheckpoint(record)), 'file');
  expect(read).toThrow(expect.objectContaining({ code: 'ERR_CACHE', file: 'file' }));
});

it('a checkpoint of a later version is not guessed at', () => {
  const { version, ...rest } = record;
  const later = formatCheckpoint(Object.assign({ ...rest }, { version: 2 as const }) as never);
  expect(() => parseCheckpoint(later, 'file')).toThrow(expect.objectContaining({ code: 'ERR_CACHE' }));
});

it('a checkpoint of iSulad tells name, ports and network', () => {
  const port_mappings = [
    { protocol: 'udp', container_port: 53, host_port: 5353 },
    { container_port: 80, host_port: 0 },
  ];
  const text = isulad({
    version: 'v1',
    name: 'web',
    ns: 'shop',
    data: { port_mappings, host_network: true },
  });
  expect(parseIsuladCheckpoint(text)).toEqual({
    name: 'web',
    namespace: 'shop',
    portMappings: [
      { protocol: 'udp', containerPort: 53, hostPort: 5353 },
      { protocol: 'tcp', containerPort: 80, hostPort: 0 },
    ],
    hostNetwork: true,
  });
});

it.each([
  ['another sum', isulad({ version: 'v1', name: 'web', ns: 'shop' }).replace('shop', 'shed')],
  ['another version', isulad({ version: 'v2', name: 'web', ns: 'shop' })],
  ['another shape', '[]'],
])('a checkpoint of iSulad with %s is refused', (_, text) => {
  expect(() => parseIsuladCheckpoint(text)).toThrow(expect.objectContaining({ code: 'ERR_CACHE' }));
});
