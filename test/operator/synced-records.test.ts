import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { HelperClient } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { Records } from '../../src/operator/records/records.js';
import { LateEnds } from '../../src/operator/undo/late-ends.js';
import { LockStore } from '../../src/platform/locks/lock-store.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();
const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
const config = JSON.stringify({ cniVersion: '1.1.0', name: 'a', plugins: [{ type: 'one' }] });
const intent = { ...key, netns: '/run/netns/a', config, id: 'first' };

function journal(): Journal {
  return new Journal(join(host.plugins.cacheDir, 'libcni'));
}

function recordFile(): string {
  return join(host.plugins.cacheDir, 'results', 'a-c1-eth0');
}

async function intents(): Promise<string[]> {
  return (await host.stateNow()).filter((name) => name.endsWith('.json'));
}

/** What forgets intents, without an operator. */
function lateEnds() {
  const { cacheDir } = host.plugins;
  const warnings: LibcniWarning[] = [];
  const locks = new LockStore(join(cacheDir, 'libcni'), HelperClient.shared());
  const ends = new LateEnds({
    journal: journal(),
    locks,
    records: new Records(cacheDir),
    warnings: { warn: (warning: LibcniWarning) => warnings.push(warning) } as never,
  });
  return { ends, locks, warnings };
}

describe('the intent of an attachment', () => {
  it('goes after its record has been synced', async () => {
    await host.operator.attach(request);
    expect((await stat(recordFile())).size).toBeGreaterThan(0);
    expect(await host.stateLeft()).toEqual([]);
  });

  it('is waited for by close()', async () => {
    await host.operator.attach(request);
    await host.operator.close();
    expect(await host.stateNow()).toEqual([]);
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('is gone when an attach that syncs its record resolves', async () => {
    const operator = await host.networks.operator({ sync: true });
    await operator.attach(request);
    expect(await intents()).toEqual([]);
  });

  it('that another attach has begun in the meantime stays', async () => {
    const { ends, warnings } = lateEnds();
    await journal().begin({ ...intent, id: 'second' });
    ends.add(intent);
    await ends.close();
    expect(await journal().find(key)).toMatchObject({ id: 'second' });
    ends.add({ ...intent, id: 'second' });
    await ends.close();
    expect(await intents()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is left to whoever works on its attachment when the operator closes', async () => {
    const { ends, locks, warnings } = lateEnds();
    await journal().begin(intent);
    const closed = await locks.withLock('a-c1-eth0', async () => {
      ends.add(intent);
      return await Promise.race([ends.close().then(() => true), sleep(5000).then(() => false)]);
    });
    expect(closed).toBe(true);
    expect(await intents()).toHaveLength(1);
    expect(warnings).toEqual([]);
    await journal().end(intent);
  });
});

describe('an intent beside the record of its attachment', () => {
  it('does not make detach take anything down twice, and goes with it', async () => {
    await host.operator.attach(request);
    await host.stateLeft();
    await journal().begin(intent);
    await host.operator.detach({ id: 'c1' });
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
    expect(await host.stateLeft()).toEqual([]);
  });

  it('is no attach under way for those who want the same port', async () => {
    const capabilityArgs = {
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' as const }],
    };
    await host.networks.configure('a', { type: 'one', capabilities: { portMappings: true } });
    await host.operator.reload();
    await host.operator.attach({ ...request, capabilityArgs });
    await host.stateLeft();
    const { config: withPorts } = new Records(host.plugins.cacheDir).find(key) ?? { config };
    await journal().begin({ ...intent, config: withPorts, capabilityArgs });
    const second = host.operator.attach({ ...request, id: 'c2', netns: '/run/netns/b', capabilityArgs });
    const failure: Error = await second.then(
      () => new Error('attached'),
      (error) => error,
    );
    expect(failure.message).toContain('belongs to container c1 on network a (eth0)');
    expect(failure.message).not.toContain('under way');
  });

  it('is undone by recover() where a crash of the machine left nothing of the record', async () => {
    const warnings: LibcniWarning[] = [];
    host.operator.on('warning', (warning) => warnings.push(warning));
    await host.operator.attach(request);
    await host.stateLeft();
    await journal().begin(intent);
    await writeFile(recordFile(), '');
    expect(await host.operator.recover()).toMatchObject({ undone: [key], setAside: [], failed: [] });
    expect((await host.order()).at(-1)).toBe('DEL one eth0');
    expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
    expect(warnings.filter(({ code }) => code === 'CACHE_ENTRY_SET_ASIDE')).toEqual([]);
  });
});
