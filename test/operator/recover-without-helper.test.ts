import { spawn } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/operator/journal/journal.js';
import { until } from '../integration/harness/eventually.js';
import { useHost } from './harness/use-host.js';

const host = useHost();

const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
const intent = { network: 'a', containerId: 'c1', ifName: 'eth0', netns: '', config };

let made: string;

beforeEach(async () => {
  made = join(host.plugins.root, 'made');
  const add = `touch ${made}.begun; sleep 3; touch ${made}`;
  await host.plugins.add('one', { ADD: { shell: add }, DEL: { shell: `rm -f ${made}` } });
  await new Journal(join(host.plugins.cacheDir, 'libcni')).begin(intent);
});

/** An ADD that was started without the helper, by a process that is gone. */
async function startOrphan(program: string): Promise<void> {
  const env = { PATH: process.env.PATH, CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0' };
  spawn('setsid', ['--fork', program], { env, stdio: 'ignore' });
  await until(() => existsSync(`${made}.begun`));
}

describe('recovery of an ADD whose plugin outlived Node', () => {
  it('waits for the plugin, and takes away what it made', async () => {
    await startOrphan(join(host.plugins.bin, 'one'));
    await host.operator.recover();
    await sleep(1000);
    expect(existsSync(made)).toBe(false);
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
  });

  it('says which attachment it has waited for too long', async () => {
    await startOrphan(join(host.plugins.bin, 'one'));
    const { failed } = await host.operator.recover({ timeoutMs: 100 });
    const error = { code: 'ERR_TIMEOUT', verb: 'DEL', network: 'a', containerId: 'c1', ifName: 'eth0' };
    expect(failed).toMatchObject([{ error }]);
    await until(() => existsSync(made));
  });

  it('does not wait for a daemon that the plugin may have left', async () => {
    const daemon = join(host.plugins.root, 'daemon');
    symlinkSync(join(host.plugins.bin, 'one'), daemon);
    await startOrphan(daemon);
    await host.operator.recover();
    expect(existsSync(made)).toBe(false);
    await until(() => existsSync(made));
  });
});
