import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HelperExec, ProcessExec } from '../../src/index.js';
import { listOfTypes, resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { descriptorCount } from '../platform/helper/harness/processes.js';

const plugins = usePluginFolder();
const list = listOfTypes(['one']);
const rt = (id: number) => ({ containerId: `c${id}`, netns: '/run/netns/a', ifName: 'eth0' });

/** Node closes a forgotten file when it collects the garbage, and says so. */
const warnings: string[] = [];
const note = ({ message }: Error) => warnings.push(message);
beforeAll(() => void process.on('warning', note));
afterAll(() => void process.off('warning', note));

describe.each([
  ['200', 'HelperExec', 20, () => new HelperExec()],
  ['100', 'ProcessExec', 10, () => new ProcessExec()],
] as const)('%s ADDs and DELs through %s', (_count, _name, rounds, create) => {
  it('leave no descriptor open in Node', { timeout: 180_000 }, async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    const cni = plugins.folder.cni(create());
    const addAndDel = async (id: number) => {
      await cni.addNetworkList(list, rt(id));
      await cni.delNetworkList(list, rt(id));
    };
    await addAndDel(0);
    const before = descriptorCount(process.pid);
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => addAndDel(index)));
    }
    await expect.poll(() => descriptorCount(process.pid), { timeout: 5000 }).toBeLessThanOrEqual(before);
    expect(warnings).toEqual([]);
  });
});
