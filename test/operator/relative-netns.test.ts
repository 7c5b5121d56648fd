import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SANDBOX_KEY_ANNOTATION } from '../../src/index.js';
import { useHost } from './harness/use-host.js';

const host = useHost();

// The namespace of this process: it is there for certain, and nothing is done in it.
const living = '/proc/self/ns/net';
const meant = { hostNetns: true, existingInterface: 'allow' } as const;

/** The path of each run, with its verb. */
async function paths(): Promise<string[]> {
  return (await host.plugins.calls()).map(({ verb, env }) => `${verb} ${env.CNI_NETNS}`);
}

describe('a relative path of a namespace', () => {
  it('stays that of the attach, wherever the container is detached', async () => {
    await host.operator.attach({ id: 'c1', netns: relative('.', living), ...meant });
    await host.operator.detach({ id: 'c1', hostNetns: true });
    expect(await paths()).toEqual([`ADD ${living}`, `DEL ${living}`]);
  });

  it('is resolved in an annotation, too', async () => {
    await host.operator.attach({ id: 'c1', annotations: { [SANDBOX_KEY_ANNOTATION]: 'some/where' } });
    expect(await paths()).toEqual([`ADD ${join(process.cwd(), 'some/where')}`]);
  });

  it('is resolved for what is checked and detached', async () => {
    await host.operator.attach({ id: 'c1', netns: '/run/netns/none' });
    const target = { id: 'c1', netns: relative('.', living), hostNetns: true };
    await host.operator.check(target);
    await host.operator.detach(target);
    expect((await paths()).slice(1)).toEqual([`CHECK ${living}`, `DEL ${living}`]);
  });
});
