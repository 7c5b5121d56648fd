import { readLocalFile } from '../files/read-local-file.js';
import type { HelperClient } from '../platform/helper/index.js';

/** One line of the kernel's mount table. */
export interface Mount {
  readonly id: number;
  readonly parentId: number;
  /** The mounted part of the file system; `net:[4026531840]` for a network namespace. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
}

/** The mounts of one mount namespace. */
export class MountTable {
  readonly mounts: readonly Mount[];
  private readonly children = new Map<string, Mount>();
  private readonly top: number;

  constructor(text: string) {
    this.mounts = text.split('\n').filter(Boolean).map(parseMount);
    for (const mount of this.mounts) this.children.set(`${mount.parentId}:${mount.mountPoint}`, mount);
    this.top = topOf(this.mounts);
  }

  /**
   * The mounts at a path without symbolic links, the topmost first. Mounts hidden by another mount on a parent folder are
   * left out.
   */
  at(path: string): readonly Mount[] {
    let parent = this.top;
    for (const prefix of foldersAbove(path)) parent = this.stack(parent, prefix).at(-1)?.id ?? parent;
    return this.stack(parent, path).reverse();
  }

  private stack(parent: number, path: string): Mount[] {
    const found: Mount[] = [];
    for (let id = parent; ; ) {
      const mount = this.children.get(`${id}:${path}`);
      if (mount === undefined || mount.id === id) return found;
      found.push(mount);
      id = mount.id;
    }
  }
}

/** The mount table of the helper's mount namespace, which may differ from that of this process. */
export async function readHelperMounts(helper: HelperClient, signal?: AbortSignal): Promise<MountTable> {
  await helper.inspectNetns('/proc/self/ns/net', { signal });
  return readMounts(helper.pid ?? 'self');
}

/** The mount table of a process. Throws a system error if it cannot be read. */
export function readMounts(pid: number | 'self'): MountTable {
  return new MountTable(readLocalFile(`/proc/${pid}/mountinfo`).toString('utf8'));
}

/** The root mount; in a chroot, it has no line. */
function topOf(mounts: readonly Mount[]): number {
  const ids = new Set(mounts.map(({ id }) => id));
  const root = mounts.find(({ id, parentId }) => parentId === id || !ids.has(parentId));
  return root?.parentId ?? 0;
}

/** `/` first; without the path itself. */
function foldersAbove(path: string): string[] {
  const folders = ['/'];
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash));
  return folders;
}

/** `id parent device root mountpoint options [tags] - type source options` */
function parseMount(line: string): Mount {
  const [id = '', parentId = '', , root = '', mountPoint = '', ...rest] = line.split(' ');
  return {
    id: Number(id),
    parentId: Number(parentId),
    root: decodeField(root),
    mountPoint: decodeField(mountPoint),
    type: rest[rest.indexOf('-') + 1] ?? '',
  };
}

/** Space, tab, newline and backslash are octal escapes in the table. */
function decodeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
