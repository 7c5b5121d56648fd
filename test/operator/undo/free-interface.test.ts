import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createNetns } from '../../../src/netns/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';
import { Records } from '../../../src/operator/records/records.js';
import { withFreeInterface } from '../../../src/operator/undo/free-interface.js';
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
