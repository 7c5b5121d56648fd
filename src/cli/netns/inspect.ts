import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { openNetns } from '../../netns/index.js';
import { findNetnsUsers } from '../../netns/netns-users.js';
import { endSignal } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { printLine, show } from '../output/table.js';
import { inNetns, recordedAttachments } from './attached-in.js';
import type { NetnsCommandOptions } from './options.js';

const linksSchema = lazy(() =>
  z.array(
    z.looseObject({
      ifname: z.string(),
      operstate: z.string(),
      address: z.string().optional(),
      addr_info: z.array(z.looseObject({ local: z.string().optional(), prefixlen: z.number().optional() })),
    }),
  ),
);

/** Shows the content of a namespace. */
export async function inspect(text: string, options: NetnsCommandOptions): Promise<void> {
  const signal = endSignal();
  const path = netnsPath(text, options.dir);
  const netns = await openNetns(path, { signal });
  const { stdout } = await netns.exec('ip', ['-json', 'address'], { signal });
  const interfaces = linksSchema()
    .parse(JSON.parse(stdout.trim() || '[]'))
    .map((link) => ({
      name: link.ifname,
      state: link.operstate,
      mac: link.address,
      addresses: link.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    }));
  const attachments = inNetns(await recordedAttachments(options), path).map(({ id, network, ifName }) => {
    return { id, network, ifName };
  });
  const processes = (await findNetnsUsers(signal)).processes.get(netns.inode) ?? [];
  const { inode } = netns;
  if (options.json) return printJson({ path, inode, processes, interfaces, attachments });
  if (process.stdout.isTTY) printLine(`${path}: inode ${inode}, processes: ${processes.length}`);
  const networkOf = (name: string) => attachments.find(({ ifName }) => ifName === name);
  await show(false, undefined, {
    columns: ['INTERFACE', 'STATE', 'MAC', 'ADDRESSES', 'NETWORK', 'CONTAINER'],
    rows: interfaces.map(({ name, state, mac = '', addresses }) => {
      return [
        name,
        state,
        mac,
        addresses.join(' '),
        networkOf(name)?.network ?? '',
        networkOf(name)?.id ?? '',
      ];
    }),
    nothing: 'it has no interfaces',
  });
}
