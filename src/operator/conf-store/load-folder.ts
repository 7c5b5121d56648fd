import { basename } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { confFiles } from '../../libcni/conf/conf-files.js';
import { type ConfFault, faultOf, isPassing } from './conf-fault.js';
import type { LoadedNetwork } from './conf-snapshot.js';
import { type FileLoad, loadFile } from './load-file.js';
import { mapLimited } from './map-limited.js';

/** What a folder of configurations holds. */
export interface FolderLoad {
  /** In the order of their files; no two have the same name. */
  readonly networks: readonly LoadedNetwork[];
  readonly faults: readonly ConfFault[];
  /** False where the folder, or some of its files, could not be read just now: what is missing may be there. */
  readonly isWhole: boolean;
}

/** The extensions of configuration files. */
const EXTENSIONS = ['.conflist', '.conf', '.json'];

const MAX_FILES = 1024;

/** Few enough that a small limit of open files is not reached. */
const FILES_AT_A_TIME = 16;

/** Loads every network of a folder. A folder that is not there holds none. */
export async function loadFolder(confDir: string, filter: (name: string) => boolean): Promise<FolderLoad> {
  const files = await listFiles(confDir);
  if (!Array.isArray(files)) return { networks: [], faults: [files], isWhole: false };
  const wanted = files.filter((file) => filter(basename(file)));
  const loads = await mapLimited(wanted.slice(0, MAX_FILES), FILES_AT_A_TIME, loadFile);
  const faults = [...faultsOf(loads), ...duplicates(loads), ...tooMany(confDir, wanted.length)];
  return { networks: firstOfEachName(loads), faults, isWhole: !faults.some(isPassing) };
}

async function listFiles(confDir: string): Promise<string[] | ConfFault> {
  try {
    return await confFiles(confDir, EXTENSIONS);
  } catch (error) {
    return faultOf(error, confDir);
  }
}

function faultsOf(loads: readonly FileLoad[]): ConfFault[] {
  return loads.flatMap(({ fault }) => fault ?? []);
}

function firstOfEachName(loads: readonly FileLoad[]): LoadedNetwork[] {
  const byName = new Map<string, LoadedNetwork>();
  for (const { network } of loads) {
    if (network && !byName.has(network.name)) byName.set(network.name, network);
  }
  return [...byName.values()];
}

function duplicates(loads: readonly FileLoad[]): ConfFault[] {
  const first = new Map(firstOfEachName(loads).map(({ name, file }) => [name, file]));
  return loads.flatMap(({ network }) => {
    const owner = network && first.get(network.name);
    return !owner || owner === network.file ? [] : duplicate(network, owner);
  });
}

function duplicate({ name, file }: LoadedNetwork, owner: string): ConfFault {
  const summary = `network ${name} is already configured by ${owner}`;
  const error = new LibcniError('ERR_CONFLICT', summary, { file, jsonPath: '$.name', value: name });
  return { error, hint: 'give it another name, or remove one of the two files' };
}

function tooMany(confDir: string, count: number): ConfFault[] {
  if (count <= MAX_FILES) return [];
  const summary = `${count} configuration files, of which only the first ${MAX_FILES} are used`;
  return [{ error: new LibcniError('ERR_CONF_INVALID', summary, { file: confDir, value: count }) }];
}
