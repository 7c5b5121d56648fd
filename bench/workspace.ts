import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPrograms, type Programs } from './build-programs.js';

const MEMORY = '/dev/shm';

/** The bench's own folders and programs, which are removed when it ends. */
export interface Workspace extends Disposable {
  readonly root: string;
  /** A folder on a file system in memory, if the machine has one. */
  readonly memoryFolder: string | undefined;
  readonly programs: Programs;
  /** Returns a folder of that name, which it creates if necessary. */
  folder(name: string): string;
}

/** Makes the folders and compiles the programs. */
export function createWorkspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'libcni-bench-'));
  const memoryFolder = isWritable(MEMORY) ? mkdtempSync(join(MEMORY, 'libcni-bench-')) : undefined;
  const remove = () => {
    for (const folder of [root, memoryFolder]) if (folder) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    return { root, memoryFolder, programs: buildPrograms(root), folder, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }

  function folder(name: string): string {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

function isWritable(folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
