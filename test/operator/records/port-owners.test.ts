import { chmod, mkdir, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PortOwner } from '../../../src/operator/records/host-ports.js';
import { Records } from '../../../src/operator/records/records.js';
import { asNobody } from '../conf-store/harness/as-nobody.js';

let dir: string;
let records: Records;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-ports-'));
});

afterEach(async () => {
  records[Symbol.dispose]();
  await rm(dir, { recursive: true });
});

interface Mapping {
  readonly declared?: boolean;
  readonly config?: string;
}

function entry(containerId: string, hostPort: number, { declared = true, config }: Mapping = {}): string {
  const plugin = { type: 'portmap', capabilities: { portMappings: declared } };
  const list = config ?? JSON.stringify({ cniVersion: '1.0.0', name: 'n', plugins: [plugin] });
  return JSON.stringify({
    kind: 'cniCacheV1',
    containerId,
    ifName: 'eth0',
    networkName: 'n',
    config: Buffer.from(list).toString('base64'),
    capabilityArgs: { portMappings: [{ hostPort, containerPort: 80 }] },
    result: {},
  });
}

/** Writes an entry as runtimes do it that rename a file into its place. */
async function record(containerId: string, hostPort: number, mapping?: Mapping): Promise<void> {
  await mkdir(join(dir, 'results'), { recursive: true });
  await writeFile(join(dir, 'temp'), entry(containerId, hostPort, mapping));
  await rename(join(dir, 'temp'), file(containerId));
}

function file(containerId: string): string {
  return join(dir, 'results', `n-${containerId}-eth0`);
}

/** Of the ports that are used here. */
async function ownersNow(): Promise<PortOwner[]> {
  const ports = Array.from({ length: 20 }, (_, index) => ({
    hostPort: 8080 + index,
    hostIP: '',
    protocol: 'tcp',
  }));
  return await records.ownersOf(ports);
}

async function found(): Promise<string[]> {
  const list = await ownersNow();
  return list
    .map(({ containerId, ports }) => `${containerId} ${ports.map(({ hostPort }) => hostPort)}`)
    .sort();
}

describe.each([true, false])('the owners of host ports, with a watch: %s', (watch) => {
  beforeEach(() => {
    records = new Records(dir, { watch });
  });

  it('are those in the cache now, no matter who changed it and how', async () => {
    expect(await found()).toEqual([]);
    await record('c1', 8081);
    await record('c2', 8082);
    expect(await found()).toEqual(['c1 8081', 'c2 8082']);
    await unlink(file('c1'));
    await record('c1', 8091);
    expect(await found()).toEqual(['c1 8091', 'c2 8082']);
    await writeFile(file('c2'), entry('c2', 8092));
    expect(await found()).toEqual(['c1 8091', 'c2 8092']);
    await unlink(file('c1'));
    expect(await found()).toEqual(['c2 8092']);
  });

  it('are no containers whose plugins were not told of the ports', async () => {
    await record('c1', 8081, { declared: false });
    expect(await found()).toEqual([]);
  });

  it('are those of whom nobody can say it', async () => {
    await record('c1', 8081, { config: '{' });
    expect(await found()).toEqual(['c1 8081']);
  });

  it('are found beside files that are no entries', async () => {
    await record('c1', 8081);
    await writeFile(file('c2'), '{');
    await mkdir(file('c3'));
    expect(await found()).toEqual(['c1 8081']);
  });

  it('are not known where a file is in the place of their folder', async () => {
    const folder = join(dir, 'results');
    await writeFile(folder, '');
    await expect(ownersNow()).rejects.toMatchObject({
      code: 'ERR_CACHE',
      file: folder,
      cause: { code: 'ENOTDIR' },
    });
  });

  it.each([
    [0o000, 'the folder', () => join(dir, 'results')],
    [0o444, 'the file', () => file('c1')],
  ])(
    'are not known to who may not look into a folder of mode %o, and %s is named',
    async (mode, _, named) => {
      await record('c1', 8081);
      await chmod(dir, 0o755);
      await chmod(join(dir, 'results'), mode);
      await asNobody(async () => {
        await expect(ownersNow()).rejects.toMatchObject({
          code: 'ERR_PERMISSION',
          file: named(),
          cause: { code: 'EACCES' },
        });
      });
    },
  );
});
