import { join, resolve } from 'node:path';
import { checkFolders } from '../../files/check-owner.js';
import type { SetAside } from '../../files/state-folder.js';
import { CNIConfig, DEFAULT_CACHE_DIR, HelperExec } from '../../libcni/index.js';
import { HelperClient } from '../../platform/helper/index.js';
import { LockStore } from '../../platform/locks/index.js';
import { type ConfSource, ConfStore, objectSource } from '../conf-store/index.js';
import { PluginProbe } from '../conf-store/plugin-probe.js';
import { Journal } from '../journal/journal.js';
import { GcGate } from '../locks/gc-gate.js';
import type { CNIOperatorOptions, OperatorFolders } from '../operator-options.js';
import { OwnAttachments, type OwnPlaces } from '../records/own-attachments.js';
import { Records } from '../records/records.js';
import { setAsideWarning } from '../set-aside-warning.js';
import { LateEnds } from '../undo/late-ends.js';
import { WarningCollector } from '../warning-collector.js';
import type { OperatorContext } from './context.js';
import { vendorFolders, withVendorFolders } from './vendor-folders.js';

const DEFAULT_CONF_DIR = '/etc/cni/net.d';
const DEFAULT_BIN_DIRS = ['/opt/cni/bin', '/usr/lib/cni'];

/** The parts of an operator. */
export interface NewContext {
  readonly context: OperatorContext;
  readonly folders: OperatorFolders;
  readonly probe: PluginProbe;
}

/**
 * Opens the shared parts of an operator.
 *
 * @throws as `CNIOperator.create` does
 */
export async function createContext(options: CNIOperatorOptions): Promise<NewContext> {
  // The working folder can change, but the other folders must not.
  const { sources, own, ...folders } = placesOf(options);
  const { confDir, binDirs, cacheDir } = folders;
  const { helper = HelperClient.shared(), loopback = 'helper', strict = false } = options;
  const { sync = false, foreignFolders } = options;
  checkFolders([cacheDir, folders.stateDir], foreignFolders);
  const { pluginDirs = vendorFolders } = options;
  const exec = withVendorFolders(options.exec ?? new HelperExec(helper), pluginDirs);
  const cni = new CNIConfig({ path: binDirs, cacheDir, foreignFolders, exec, helper, sync });
  const store = await ConfStore.create({ ...options, confDir, sources, binDirs, pluginDirs, exec });
  const state = openState({ own, folders, helper, sync, foreignFolders }, new WarningCollector(cni));
  const probe = new PluginProbe({ binDirs, pluginDirs, cni, exec, signal: new AbortController().signal });
  const context = { cni, exec, store, helper, loopback, strict, ...state };
  return { context, folders, probe };
}

/** What the state is made of. */
interface StateParts {
  readonly own: Places['own'];
  readonly folders: OperatorFolders;
  readonly helper: HelperClient;
  readonly sync: boolean;
  readonly foreignFolders: CNIOperatorOptions['foreignFolders'];
}

type State = Pick<
  OperatorContext,
  'locks' | 'gate' | 'journal' | 'lateEnds' | 'own' | 'records' | 'warnings'
>;

/** Opens what is on disk: records, journal, locks and notes. */
function openState(parts: StateParts, warnings: WarningCollector): State {
  const { helper, sync, foreignFolders } = parts;
  const { cacheDir, stateDir } = parts.folders;
  const onSetAside = (found: SetAside) => warnings.warn(setAsideWarning(found));
  const folder = { foreignFolders, onSetAside };
  const records = new Records(cacheDir, { foreignFolders, watch: true });
  const locks = new LockStore(stateDir, helper, folder);
  const journal = new Journal(stateDir, folder);
  return {
    locks,
    gate: new GcGate(locks),
    journal,
    lateEnds: sync ? undefined : new LateEnds({ journal, locks, records, warnings }),
    own: new OwnAttachments({ ...parts.own, cacheDir, stateDir }, folder),
    records,
    warnings,
  };
}

/** The folders, where networks come from, and what tells these sources from those of other operators. */
interface Places extends OperatorFolders {
  readonly sources: readonly ConfSource[];
  readonly own: Pick<OwnPlaces, 'confDir' | 'sources' | 'networks'>;
}

function placesOf({ networks, sources = [], confDir: given, ...options }: CNIOperatorOptions): Places {
  const isFolderWanted = given !== undefined || (networks === undefined && sources.length === 0);
  const confDir = isFolderWanted ? resolve(given ?? DEFAULT_CONF_DIR) : undefined;
  const objects = networks && objectSource(networks);
  const own = {
    confDir,
    ...(sources.length > 0 && { sources: sources.map(({ name }) => name) }),
    ...(objects && { networks: objects.names }),
  };
  const binDirs = (options.binDirs ?? DEFAULT_BIN_DIRS).map((folder) => resolve(folder));
  const cacheDir = resolve(options.cacheDir ?? DEFAULT_CACHE_DIR);
  const stateDir = resolve(options.stateDir ?? join(cacheDir, 'libcni'));
  return { confDir, binDirs, cacheDir, stateDir, own, sources: [...(objects ? [objects] : []), ...sources] };
}
