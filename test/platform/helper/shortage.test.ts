import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { sanitizedHelper } from './harness/sanitized-helper.js';
import { shell } from './harness/shell.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-shortage-'));
let client: HelperClient;
beforeAll(() => {
  const binary = join(folder, 'few-descriptors');
  writeFileSync(binary, `#!/bin/sh\nulimit -n 32\nexec ${sanitizedHelper(folder)} "$@"\n`, { mode: 0o755 });
  client = new HelperClient({ binary });
}, 60_000);
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Uses up the descriptors until it is given back. */
async function fill(): Promise<() => Promise<void>> {
  const controller = new AbortController();
  const runs = Array.from({ length: 12 }, () =>
    client.spawn(shell('exec sleep 60', { signal: controller.signal, stdin: 'input' })),
  );
  return async () => {
    controller.abort();
    await Promise.all(runs);
  };
}

describe('where descriptors are short', () => {
  it('programs and namespace calls wait for others to end', async () => {
    const runs = Array.from({ length: 60 }, (_, index) =>
      client.spawn(shell(`sleep 0.05; cat`, { stdin: `run ${index}` })),
    );
    const calls = Array.from({ length: 10 }, () => client.inspectNetns('/proc/self/ns/net'));
    expect((await Promise.all(runs)).map(({ stdout }) => stdout)).toEqual(
      runs.map((_, index) => `run ${index}`),
    );
    for (const { isNetns } of await Promise.all(calls)) expect(isNetns).toBe(true);
  });

  it('a program that waits is bound by its deadline and can be cancelled', async () => {
    const release = await fill();
    const late = client.spawn(shell('true', { timeoutMs: 100 }));
    const unwanted = client.spawn(shell('true', { signal: AbortSignal.timeout(100) }));
    expect([(await late).ended, (await unwanted).ended]).toEqual(['deadline', 'cancelled']);
    await release();
    expect((await client.spawn(shell('echo on'))).stdout).toBe('on\n');
  });

  it('what waits at the end of the input is run as well', async () => {
    const runs = Array.from({ length: 30 }, () =>
      client.spawn(shell('sleep 0.05; echo done', { stdin: 'x' })),
    );
    await client[Symbol.asyncDispose]();
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe('done\n');
  });
});
