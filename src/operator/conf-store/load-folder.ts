import { basename } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { mapLimited } from '../../files/map-limited.js';
import { listConfFiles } from '../../libcni/conf/conf-files.js';
import { type ConfFault, faultOf, isPassing } from './conf-fault.js';
import type { ConfListing } from './conf-source.js';
import { type FileLoad, loadFile } from './load-file.js';

/** The content of a configuration folder, in the order of its files. */
export type FolderLoad = Required<ConfListing> & { readonly faults: readonly ConfFault[] };

/** The extensions of configuration files. */
const EXTENSIONS = ['.conflist', '.conf', '.json'];

const MAX_FILES = 1024;

/** Low enough for a small limit on open files. */
const FILES_AT_A_TIME = 16;

/** Loads every network of a folder. A missing folder holds none. */
export async function loadFolder(confDir: string, filter: (name: string) => boolean): Promise<FolderLoad> {
  const files = listFiles(confDir);
  if (!Array.isArray(files)) return { networks: [], faults: [files], isWhole: false };
  const wanted = files.filter((file) => filter(basename(file)));
  const loads = await mapLimited(wanted.slice(0, MAX_FILES), FILES_AT_A_TIME, loadFile);
  const faults = [...faultsOf(loads), ...tooMany(confDir, wanted.length)];
  const networks = loads.flatMap(({ network }) => network ?? []);
  return { networks, faults, isWhole: !faults.some(isPassing) };
}

function listFiles(confDir: string): string[] | ConfFault {
  try {
    return listConfFiles(confDir, EXTENSIONS);
  } catch (error) {
    return faultOf(error, confDir);
  }
}

function faultsOf(loads: readonly FileLoad[]): ConfFault[] {
  return loads.flatMap(({ fault }) => fault ?? []);
}

function tooMany(confDir: string, count: number): ConfFault[] {
  if (count <= MAX_FILES) return [];
  const summary = `${count} configuration files, of which only the first ${MAX_FILES} are used`;
  return [{ error: new LibcniError('ERR_CONF_INVALID', summary, { file: confDir, value: count }) }];
}
