import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { hasCode } from '../../errors/system-error.js';
import { type ClearOptions, clearForFolder } from '../../files/clear-for-folder.js';
import { giveWay } from '../../files/give-way.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';

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
  }),
);

/** What the library keeps about a container on a network, besides the record of the attachment. */
export type Member = z.infer<ReturnType<typeof memberSchema>>;

/** Identifies a member. */
export type MemberKey = Pick<Member, 'id' | 'ifName'>;

/** A folder with a file for each container that was connected with `connect`. */
export class MemberFiles {
  readonly #networks: StateFolder;
  readonly #options: StateFolderOptions & ClearOptions;

  constructor(stateDir: string, options: StateFolderOptions = {}) {
    // Not in the folder of a network, so that it can be removed with the last container.
    this.#options = { ...options, asideFolder: join(stateDir, 'unreadable') };
    this.#networks = new StateFolder(join(stateDir, 'members'), this.#options);
  }

  async list(network: string): Promise<Member[]> {
    return await readMembers(await this.#of(network), (name) => name.endsWith('.json'));
  }

  /** The memberships of a container, by network. */
  async ofContainer(id: string): Promise<Map<string, Member[]>> {
    const networks = await this.#networks.list();
    const found = await Promise.all(
      networks.map(async (network) => {
        const members = await readMembers(await this.#of(network), (name) => name.startsWith(`${id}+`));
        return [network, members.filter((member) => member.id === id)] as const;
      }),
    );
    return new Map(found.filter(([, members]) => members.length > 0));
  }

  /** Not synced: after a crash, the record of the attachment counts. */
  async write(network: string, member: Member): Promise<void> {
    const folder = await this.#of(network);
    await folder.write(fileName(member), JSON.stringify(member), { sync: false });
  }

  async remove(network: string, key: MemberKey): Promise<void> {
    await (await this.#of(network)).remove(fileName(key));
  }

  /** Removes the folder of a network without members. */
  async removeFolder(network: string): Promise<void> {
    await (await this.#of(network)).removeAbandoned();
    await rmdir(this.#networks.fileOf(network)).catch(() => {});
  }

  async #of(network: string): Promise<StateFolder> {
    await clearForFolder(this.#networks.fileOf(network), this.#options);
    return new StateFolder(join(this.#networks.path, network), this.#options);
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

/** Anything but a folder has no members. */
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
