import { existsSync } from 'node:fs';
import { reapHooks } from '../../hook/index.js';
import { reapNetns } from '../../netns/index.js';
import type { AttachmentInfo, CNIOperator } from '../../operator/index.js';
import { Journal } from '../../operator/journal/journal.js';
import { inNetns } from '../netns/attached-in.js';
import { bridgesOfNobody } from './bridges.js';
import { type Finding, findingsOf } from './finding.js';
import { leasesOfNobody } from './leases.js';
import { rulesOfNobody } from './rules.js';

const { ok, note, wrong } = findingsOf('leftovers');

/** Leftovers of containers and networks that are gone. */
export async function checkLeftovers(operator: CNIOperator, signal: AbortSignal): Promise<Finding[]> {
  const attachments = await operator.list();
  const found = [
    ...(await cutShort(operator)),
    ...recordsOfNobody(attachments),
    ...(await hooksOfNobody(operator, signal)),
    ...(await namespacesOfNobody(attachments, signal)),
    ...(await leasesOfNobody(operator, attachments)),
    ...(await rulesOfNobody(operator, attachments)),
    ...(await bridgesOfNobody(operator)),
  ];
  return found.length > 0 ? found : [ok('leftovers', 'there are none')];
}

async function cutShort({ folders }: CNIOperator): Promise<Finding[]> {
  const journal = new Journal(folders.stateDir);
  const begun = [...(await journal.list()), ...(await journal.leaving())];
  return begun.map(({ file, key }) =>
    note(
      key === undefined ? file : `${key.network} of ${key.containerId}`,
      'was interrupted, or is being worked on right now',
      'libcni recover',
    ),
  );
}

function recordsOfNobody(attachments: readonly AttachmentInfo[]): Finding[] {
  return attachments
    .filter(({ netns }) => netns !== '' && !existsSync(netns))
    .map(({ id, network, ifName, netns }) =>
      wrong(
        `${ifName} of ${id} on ${network}`,
        `is recorded, but its namespace ${netns} is gone`,
        `libcni detach ${id}`,
      ),
    );
}

/** Containers whose runtime never called poststop, or has not deleted them yet. */
async function hooksOfNobody(operator: CNIOperator, signal: AbortSignal): Promise<Finding[]> {
  const { stateDir } = operator.folders;
  const report = await reapHooks({ operator, stateDir, dryRun: true, signal });
  return report
    .filter(({ outcome }) => outcome === 'removable')
    .map(({ id }) =>
      note(
        `hook of ${id}`,
        'has attached the container, which has no process any more, and its poststop has not run',
        'delete the container, or clean up all such containers: libcni hook reap',
      ),
    );
}

/** Names chosen by this library, its hooks and its pods. */
const prefixes = ['libcni-', 'isulacni-'];

async function namespacesOfNobody(
  attachments: readonly AttachmentInfo[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const inUse = ({ path }: { path: string }) => inNetns(attachments, path).length > 0;
  const reaped = await Promise.all(
    prefixes.map((prefix) => reapNetns({ prefix, inUse, dryRun: true, signal })),
  );
  return reaped
    .flat()
    .filter(({ outcome }) => outcome === 'removable')
    .map(({ entry: { path } }) =>
      note(
        path,
        'is a namespace without processes, and nothing is attached in it',
        `libcni netns rm ${path}`,
      ),
    );
}
