import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureDir, remove } from 'fs-extra/esm';
import * as z from 'zod';
import { hasCode } from '../../errors/system-error.js';

const memberSchema = z.object({
  id: z.string(),
  ifName: z.string(),
  /** What other containers of the network find it by. */
  names: z.array(z.string()),
  hostsFile: z.string(),
  /** Whether the hosts file is the library's, and goes with the container's last network. */
  ownsHostsFile: z.boolean(),
  resolvConf: z.string().optional(),
  /** The file of a namespace that the library pinned, which goes with the container's last network. */
  pinned: z.string().optional(),
});

/** What the library keeps of a container on a network beside the record of the attachment. */
export type Member = z.infer<typeof memberSchema>;

/** Names a member. */
export type MemberKey = Pick<Member, 'id' | 'ifName'>;

/** The folder with a file for each container that was put on a network with `connect`. */
export class MemberFiles {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'members');
  }

  async list(network: string): Promise<Member[]> {
    const folder = join(this.#folder, network);
    const names = await readdir(folder).catch(emptyWhereMissing);
    const read = names.filter((name) => name.endsWith('.json')).map((name) => readMember(join(folder, name)));
    return (await Promise.all(read)).flatMap((member) => member ?? []);
  }

  /** The memberships of a container, by network. */
  async ofContainer(id: string): Promise<Map<string, Member[]>> {
    const networks = await readdir(this.#folder).catch(emptyWhereMissing);
    const found = await Promise.all(
      networks.map(async (network) => {
        const folder = join(this.#folder, network);
        const names = await readdir(folder).catch(emptyWhereMissing);
        const own = names.filter((name) => name.startsWith(`${id}+`));
        const members = await Promise.all(own.map((name) => readMember(join(folder, name))));
        return [network, members.flatMap((member) => (member?.id === id ? member : []))] as const;
      }),
    );
    return new Map(found.filter(([, members]) => members.length > 0));
  }

  /** It is not synced: the record of the attachment is what counts after a crash. */
  async write(network: string, member: Member): Promise<void> {
    const file = this.#fileOf(network, member);
    const write = async () => await writeFile(file, JSON.stringify(member), { mode: 0o600 });
    try {
      await write();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      await ensureDir(dirname(file), 0o700);
      await write();
    }
  }

  async remove(network: string, key: MemberKey): Promise<void> {
    await remove(this.#fileOf(network, key));
  }

  /** Takes the folder of a network away that nobody is on. */
  async removeFolder(network: string): Promise<void> {
    await rmdir(join(this.#folder, network)).catch(() => {});
  }

  #fileOf(network: string, { id, ifName }: MemberKey): string {
    return join(this.#folder, network, `${id}+${ifName}.json`);
  }
}

async function readMember(file: string): Promise<Member | undefined> {
  try {
    return memberSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Gone meanwhile, or damaged: the record of the attachment counts, and the file is written anew with the next connect.
    return undefined;
  }
}

function emptyWhereMissing(error: unknown): string[] {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
  throw error;
}
