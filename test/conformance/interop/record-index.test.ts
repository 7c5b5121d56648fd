import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Records } from '../../../src/operator/records/records.js';
import { useLab } from '../../integration/harness/lab.js';
import { askIndex, compareWhileOthersWrite, walk } from '../../operator/records/harness/compare-with-walk.js';
import { cnitool } from './harness/cnitool.js';
import { makeNetwork, type Network } from './harness/network.js';
import { type Attachment, containerIdOf } from './harness/runtime.js';

/** The folder that cnitool uses. */
const CACHE_DIR = '/var/lib/cni';
const CONTAINERS = 80;
/** So many attachments exist at a time; after that, each new one makes an earlier one go. */
const LIVING = 12;

const NOOP = `#!/bin/sh
cat > /dev/null
[ "$CNI_COMMAND" != ADD ] || echo '{ "cniVersion": "1.0.0" }'
`;

const lab = useLab();

const attachments = Array.from(
  { length: CONTAINERS },
  (_, number): Attachment => ({
    netns: `/unused/${number}`,
    ifName: 'eth0',
    args: [],
    capabilityArgs: { portMappings: [{ hostPort: 1000 + number, containerPort: 80, protocol: 'tcp' }] },
  }),
);
const questions = {
  hostPorts: attachments.map((_, number) => 1000 + number),
  containerIds: attachments.map(({ netns }) => containerIdOf(netns)),
};

async function makeNoopNetwork(): Promise<Network> {
  await writeFile(join(lab.folder, 'noop'), NOOP, { mode: 0o755 });
  const plugins = [{ type: 'noop', capabilities: { portMappings: true } }];
  return await makeNetwork(lab, { plugins, path: [lab.folder], cniVersion: '1.0.0' });
}

/** Adds every attachment once, and removes all but the last ones. */
async function addAndRemove(network: Network): Promise<void> {
  const go = cnitool(network);
  const living: Attachment[] = [];
  for (const attachment of attachments) {
    await go.add(attachment);
    living.push(attachment);
    const [oldest] = living;
    if (living.length <= LIVING || oldest === undefined) continue;
    await go.del(oldest);
    living.shift();
  }
}

it.each([true, false])(
  'the index of the records says what a walk says, while Go adds and removes attachments (with a watch: %s)',
  async (watch) => {
    const network = await makeNoopNetwork();
    using records = new Records(CACHE_DIR, { watch });
    let rounds = 0;
    let isOver = false;
    const written = addAndRemove(network).finally(() => {
      isOver = true;
    });
    lab.defer(async () => {
      await written.catch(() => {});
      for (const attachment of attachments.slice(-LIVING)) await cnitool(network).del(attachment);
    });
    for (; !isOver; rounds += 1) {
      await compareWhileOthersWrite(records, questions);
      await sleep(1);
    }
    await written;
    expect(rounds).toBeGreaterThan(10);
    const end = await walk(CACHE_DIR);
    expect(end.names.size).toBe(LIVING);
    expect(await askIndex(records, questions)).toEqual(end);
    for (const attachment of attachments.slice(-LIVING)) await cnitool(network).del(attachment);
    expect((await askIndex(records, questions)).names.size).toBe(0);
  },
);
