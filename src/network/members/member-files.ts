import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { hasCode } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { StateFolder } from '../../files/state-folder.js';

const memberSchema = lazy(() =>
  z.object({
    id: z.string(),
    ifName: z.string(),
    /** Names under which other containers of the network find it. */
    names: z.array(z.string()),
    hostsFile: z.string(),
    /** Whether the hosts file belongs to the library, which removes it with the container's last network. */
    ownsHostsFile: z.boolean(),
    resolvConf: z.string().optional(),
    /** The file of a namespace that the library pinned. It is removed with the container's last network. */
    pinned: z.string().optional(),
  }),
);

/** What the library keeps about a container on a network, besides the record of the attachment. */
export type Member = z.infer<ReturnType<typeof memberSchema>>;

/** Identifies a member. */
export type MemberKey = Pick<Member, 'id' | 'ifName'>;

/** A folder with a file for each container that was connected with `connect`. */
export class MemberFiles {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'members');
  }

  async list(network: string): Promise<Member[]> {
    return await readMembers(this.#of(network), (name) => name.endsWith('.json'));
  }

  /** The memberships of a container, by network. */
  async ofContainer(id: string): Promise<Map<string, Member[]>> {
    const networks = await new StateFolder(this.#folder).list();
    const found = await Promise.all(
      networks.map(async (network) => {
        const members = await readMembers(this.#of(network), (name) => name.startsWith(`${id}+`));
        return [network, members.filter((member) => member.id === id)] as const;
      }),
    );
    return new Map(found.filter(([, members]) => members.length > 0));
  }

  /** Not synced: after a crash, the record of the attachment counts. */
  async write(network: string, member: Member): Promise<void> {
    await this.#of(network).write(fileName(member), JSON.stringify(member), { sync: false });
  }

  async remove(network: string, key: MemberKey): Promise<void> {
    await this.#of(network).remove(fileName(key));
  }

  /** Removes the folder of a network without members. */
  async removeFolder(network: string): Promise<void> {
    await this.#of(network).removeAbandoned();
    await rmdir(join(this.#folder, network)).catch(() => {});
  }

  #of(network: string): StateFolder {
    return new StateFolder(join(this.#folder, network));
  }
}

function fileName({ id, ifName }: MemberKey): string {
  return `${id}+${ifName}.json`;
}

async function readMembers(folder: StateFolder, isWanted: (name: string) => boolean): Promise<Member[]> {
  const members: Member[] = [];
  for (const name of (await namesIn(folder)).filter(isWanted)) {
    await giveWay();
    const member = readMember(folder, name);
    if (member !== undefined) members.push(member);
  }
  return members;
}

/** Anything but a folder does not belong to a network. */
async function namesIn(folder: StateFolder): Promise<string[]> {
  try {
    return await folder.list();
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** A damaged file counts as missing: the record of the attachment counts, and the next connect rewrites the file. */
function readMember(folder: StateFolder, name: string): Member | undefined {
  try {
    const text = folder.read(name)?.toString();
    return text === undefined ? undefined : memberSchema().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
