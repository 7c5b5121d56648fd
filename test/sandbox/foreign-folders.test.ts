import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PodSandboxManager, type PodSandboxManagerOptions, type Runtime } from '../../src/index.js';
import { isRoot } from '../netns/harness/own-namespaces.js';
import { useHost } from '../operator/harness/use-host.js';

const host = useHost();
const nothing = async () => {};
const runtime: Runtime = {
  create: async () => ({ pid: undefined }),
  start: nothing,
  stop: nothing,
  remove: nothing,
  status: async () => ({ state: 'unknown', pid: undefined }),
} as never;

function open(more: Partial<PodSandboxManagerOptions> = {}): Promise<PodSandboxManager> {
  const { operator, plugins } = host;
  return PodSandboxManager.create({
    operator,
    stateDir: join(plugins.cacheDir, 'pods'),
    runtimes: { '': runtime },
    ...more,
  });
}

/** Somebody else may replace what is in there. */
function giveAway(name: string): void {
  const folder = join(host.plugins.cacheDir, 'pods', name);
  mkdirSync(folder, { recursive: true });
  if (isRoot) chownSync(folder, 65534, 65534);
  else chmodSync(folder, 0o777);
}

const refused = { code: 'ERR_PERMISSION', message: expect.stringContaining("foreignFolders: 'allow'") };

it.each(['.', 'sandboxes', 'names'])(
  'a folder of state that others may change is refused: %s',
  async (name) => {
    giveAway(name);
    await expect(open()).rejects.toMatchObject(refused);
    const manager = await open({ foreignFolders: 'allow' });
    expect(await manager.list()).toEqual([]);
  },
);

it('one whose owner changes later is refused from then on', async () => {
  const manager = await open();
  giveAway('sandboxes');
  await expect(manager.list()).rejects.toMatchObject(refused);
  const id = 'a'.repeat(64);
  mkdirSync(join(host.plugins.cacheDir, 'pods/sandboxes', id));
  writeFileSync(join(host.plugins.cacheDir, 'pods/sandboxes', id, 'checkpoint.json'), '{}');
  await expect(manager.status(id)).rejects.toMatchObject({ code: 'ERR_CACHE' });
});
