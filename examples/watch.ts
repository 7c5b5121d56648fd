// An operator that watches its configuration folder: files appear, break, and disappear. Needs no root, runs no plugin.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIOperator, type ConfSnapshot } from 'libcni';

const confDir = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const operator = await CNIOperator.create({ confDir, cacheDir: join(confDir, 'cache'), watch: true });
// Watching alone does not keep Node alive; waiting for a change with a limit does.
const limit = setTimeout(() => assert.fail('no change was noticed'), 20_000);

try {
  const list = (name: string) => JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'bridge' }] });
  await expectNetworks('a network arrives', write('20-b.conflist', list('b')), ['b']);
  await expectNetworks('another one, before it', write('10-a.conflist', list('a')), ['a', 'b']);
  await expectNetworks('a file becomes invalid', write('10-a.conflist', '{"name":"a"}'), ['b']);
  await expectNetworks('the other one is removed', () => rm(join(confDir, '20-b.conflist')), []);
} finally {
  clearTimeout(limit);
  await operator[Symbol.asyncDispose]();
  await rm(confDir, { recursive: true });
}

function write(file: string, text: string): () => Promise<void> {
  return () => writeFile(join(confDir, file), text);
}

/** Changes the folder, waits for the operator to notice, and shows the result. */
async function expectNetworks(title: string, change: () => Promise<void>, expected: string[]): Promise<void> {
  const noticed = once(operator, 'change');
  await change();
  await noticed;
  const snapshot = operator.snapshot();
  console.log(`${title}: ${describe(snapshot)}`);
  assert.deepEqual(
    snapshot.networks.map(({ name }) => name),
    expected,
  );
}

function describe({ networks, defaultNetwork, problems }: ConfSnapshot): string {
  const names = networks.map(({ name }) => name).join(', ') || 'none';
  const reasons = problems.map(({ file, reason, hint = '' }) => `\n  ${file}: ${reason} ${hint}`);
  return `${names}; default: ${defaultNetwork?.name ?? 'none'}${reasons.join('')}`;
}
