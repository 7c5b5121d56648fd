import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeCache } from '../../../src/libcni/cache/write-cache.js';
import { createNetns } from '../../../src/netns/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';
import { Records } from '../../../src/operator/records/records.js';
import { withFreeInterface } from '../../../src/operator/undo/free-interface.js';
import { refuseTakenInterface } from '../../../src/operator/undo/interface-owners.js';
import { lookAtNetns } from '../../../src/platform/netns/index.js';
import { IsolatedHelper } from '../../netns/harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

it('is looked up under the lock of the namespace that is there, where another one was seen before', async () => {
  const path = join(folder, 'ns');
  await createNetns({ path, helper });
  const other = await createNetns({ path: join(folder, 'other'), helper });
  const seen = await lookAtNetns(helper, { path: other.path });
  const now = await lookAtNetns(helper, { path });
  const taken: string[] = [];
  const locks = {
    withLock: async (name: string, use: () => Promise<unknown>) => {
      taken.push(name);
      return await use();
    },
  };
  const parts = { helper, locks, journal: new Journal(folder), records: new Records(folder) };
  const attachment = { list: { name: 'n' }, rt: { containerId: 'c1', netns: path, ifName: 'eth0' } };
  const use = async () => taken.at(-1);
  const used = await withFreeInterface(parts as never, attachment as never, { use, options: { seen } });
  expect(now).toMatchObject({ state: 'there' });
  expect(used).toBe(`.netns-${now.state === 'there' ? now.place : ''}`);
  expect(taken).toHaveLength(2);
});

it('that another container has is said to belong to it', async () => {
  const path = join(folder, 'shared');
  const { identity: netnsIdentity } = await createNetns({ path, helper });
  await isolated.run(`nsenter --net=${path} ip link add eth0 type veth peer name other0`);
  const rt = { containerId: 'c', netns: path, ifName: 'eth0' };
  const result = { cniVersion: '1.0.0' } as const;
  await writeCache({ cacheDir: folder }, { network: 'shop', config: '{}', rt, result, netnsIdentity });
  const locks = { withLock: async (_: string, use: () => Promise<unknown>) => await use() };
  const parts = { helper, locks, journal: new Journal(folder), records: new Records(folder) };
  const attachment = { list: { name: 'n' }, rt: { ...rt, containerId: 'c1' } };
  const used = withFreeInterface(parts as never, attachment as never, {
    use: async () => undefined,
    options: {},
  });
  const said = `interface eth0 in ${path} belongs to container c on network shop`;
  await expect(used).rejects.toThrow(`${said}; choose another name`);
  const owner = { network: 'shop', containerId: 'c', ifName: 'eth0', isMade: true };
  expect(() => refuseTakenInterface(attachment as never, [owner])).toThrow(said);
});
