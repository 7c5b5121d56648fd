import { confFiles, loadNetworkConf, networkConfFromFile } from 'libcni';
import type { Run, Task } from './task.js';

/** Finds a network in a folder by name. */
export function loadNetwork({ confDir = '', network = '' }: Task): Run {
  return async () => {
    await loadNetworkConf(confDir, network);
  };
}

/** Loads every list in a folder. */
export function parseAll({ confDir = '', count }: Task): Run {
  return async () => {
    const files = await confFiles(confDir, ['.conflist']);
    if (files.length !== count) throw new Error(`${files.length} files, not ${count}`);
    for (const file of files) await networkConfFromFile(file);
  };
}
