import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCall, encodeSpawn } from '../../../src/platform/helper/encode.js';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { RawHelper } from './harness/raw-helper.js';
import { sanitizedHelper } from './harness/sanitized-helper.js';
import { shell } from './harness/shell.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-malformed-'));
// A frame that was changed may ask for anything: it must not have the rights to do it.
const nobody = process.geteuid?.() === 0 ? 65534 : undefined;
let binary = '';
beforeAll(() => {
  binary = sanitizedHelper(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('malformed frames', () => {
  it.each([
    ['a length that is too small', header(7, 1, 1)],
    ['a length that is too large', header((64 << 20) + 1, 1, 1)],
    ['an unknown type', header(8, 77, 1)],
    ['a cancel with a body', Buffer.concat([header(9, 2, 1), Buffer.alloc(1)])],
    ['a spawn without a body', header(8, 1, 1)],
    ['a call without a path', Buffer.concat([header(12, 5, 1), Buffer.alloc(4)])],
    ['an unlock without a lock', header(8, 8, 1)],
    ['a lock without a path', Buffer.concat([header(12, 7, 1), Buffer.alloc(4)])],
    ['a string that does not end', header(13, 5, 1, Buffer.from('\0\0\0\0a'))],
    ['more arguments than there are', patched(12, 9)],
    ['no arguments', patched(12, 0)],
    ['four thousand million arguments', patched(12, 0xffffffff)],
    ['four thousand million variables', patched(16, 0xffffffff)],
    ['strings longer than the frame', patched(20, 0xffffffff)],
    ['input longer than the frame', patched(24, 0xffffffff)],
    ['lengths that overflow when they are added', patched(20, 0xfffffff0)],
    ['unknown flags', patched(8, 0xff)],
    ...[3, 4, 5, 6, 7].map((type) => callWithFlags(type)),
    ['a frame that is cut off', encodeSpawn(1, shell('true')).subarray(0, 30)],
  ])('%s: a message and exit code 2', async (_, bytes) => {
    const helper = new RawHelper({ binary, uid: nobody });
    helper.write(bytes);
    const end = await helper.finish();
    expect(end).toMatchObject({ code: 2, signal: null });
    expect(end.stderr).toMatch(/^cni-helper: malformed frame: .*\n$/);
  });

  it('end what runs, in good order, and it is answered', async () => {
    const helper = new RawHelper({ binary });
    helper.write(encodeSpawn(1, shell('trap "exit 4" TERM; while :; do sleep 0.05; done')));
    helper.write(encodeSpawn(2, shell('trap "" TERM; while :; do sleep 0.05; done', { graceMs: 300 })));
    helper.write(header(8, 77, 1));
    const end = await helper.ended;
    expect(end).toMatchObject({ code: 2, signal: null });
    expect(helper.frames.map(({ id }) => id)).toEqual(expect.arrayContaining([1, 2]));
  });

  it('include an id that is in use', async () => {
    const helper = new RawHelper({ binary });
    for (let count = 0; count < 2; count++) helper.write(encodeSpawn(3, shell('exec sleep 60')));
    expect((await helper.ended).code).toBe(2);
  });
});

describe('the helper under AddressSanitizer', () => {
  it('does its work without a complaint', async () => {
    const client = new HelperClient({ binary });
    const scripts = ['cat', 'echo oops >&2; exit 1', 'exec sleep 5', 'head -c 300000 /dev/zero', 'sleep 3 &'];
    const runs = Array.from({ length: 60 }, (_, index) =>
      client.spawn(
        shell(scripts[index % scripts.length] ?? '', { stdin: 'x'.repeat(100_000), timeoutMs: 2000 }),
      ),
    );
    expect((await Promise.all(runs)).length).toBe(60);
    await expect(client.spawn({ path: '/nowhere', env: {} })).rejects.toMatchObject({ code: 'ENOENT' });
    const paths = Array.from({ length: 30 }, (_, index) => join(folder, `lock${index}`));
    const releases = await Promise.all(paths.map((path) => client.tryLock(path)));
    await expect(client.tryLock(join(folder, 'lock5'))).resolves.toBeUndefined();
    await Promise.all(releases.slice(9).map((release) => release?.()));
    await expect(client.inspectNetns('/proc/self/ns/net')).resolves.toMatchObject({ isNetns: true });
    await expect(client.inspectNetns('/nowhere')).rejects.toMatchObject({ code: 'ENOENT' });
    await client[Symbol.asyncDispose]();
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });
});

function header(length: number, type: number, id: number, body = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(12);
  frame.writeUInt32LE(length, 0);
  frame.writeUInt32LE(type, 4);
  frame.writeUInt32LE(id, 8);
  return Buffer.concat([frame, body]);
}

/** A request about a path with flags that its type does not have. */
function callWithFlags(type: number): [string, Buffer] {
  return [
    `unknown flags of a request of type ${type}`,
    encodeCall(1, { type, path: '/nowhere/x', flags: 8 }),
  ];
}

/** A spawn request with one number of its body replaced. */
function patched(offset: number, value: number): Buffer {
  const frame = encodeSpawn(1, shell('true', { stdin: 'input' }));
  frame.writeUInt32LE(value, 12 + offset);
  return frame;
}
