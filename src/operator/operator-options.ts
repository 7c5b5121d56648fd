import type { HelperClient } from '../platform/helper/index.js';
import type { ConfSource, ConfStoreOptions, NetworkInput } from './conf-store/index.js';

/**
 * How an operator finds configurations and plugins, and where it keeps its state. All folders must be on local file
 * systems: they are read synchronously, and a file system that does not answer would block the process.
 */
export interface CNIOperatorOptions
  extends Omit<ConfStoreOptions, 'cni' | 'confDir' | 'sources' | 'binDirs' | 'pluginDirs'> {
  /** Networks as objects. They come before those of `sources` and `confDir`. @default none */
  readonly networks?: readonly NetworkInput[] | undefined;
  /** Further sources of networks, in order of precedence; they come before `confDir`. @default none */
  readonly sources?: readonly ConfSource[] | undefined;
  /**
   * The folder of the configuration files.
   * @default `/etc/cni/net.d`; none if `networks` or `sources` are given
   */
  readonly confDir?: string | undefined;
  /** Plugin folders, searched in order. @default `/opt/cni/bin` and `/usr/lib/cni` */
  readonly binDirs?: readonly string[] | undefined;
  /**
   * Further folders for one type of plugin: those of its vendor. They are searched before `binDirs`. Those that exist also
   * come first in the `CNI_PATH` of the plugin and of every plugin that may delegate to it.
   * @default `/opt/<type>/bin`
   */
  readonly pluginDirs?: ((pluginType: string) => readonly string[]) | undefined;
  /** The cache folder, which can be shared with other runtimes. @default `/var/lib/cni` */
  readonly cacheDir?: string | undefined;
  /**
   * The folder for the journal, locks, and notes of what was attached; programs that share it exclude each other.
   * @default `<cacheDir>/libcni`
   */
  readonly stateDir?: string | undefined;
  /**
   * Whether the cache and state folders may belong to, or be writable by, a user other than root and this one. A user who
   * can change them decides what runs at the next detach. The group of root counts as root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
  /** The native helper, which holds the locks and inspects namespaces. @default that of this process */
  readonly helper?: HelperClient | undefined;
  /**
   * Turns warnings about a request to attach into errors before anything runs: a capability that no plugin of the network
   * declares (`ERR_CONF_INVALID`), an annotation that would be ignored (`ERR_ANNOTATION`). @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * Whether an attach waits until the record of each attachment survives a crash of the machine. Without it, records are
   * complete when `attach` resolves, and synced right after; until then the journal has the attachment, too.
   * @default false
   */
  readonly sync?: boolean | undefined;
  /**
   * How to bring up `lo` in the namespace: without a plugin, with the `loopback` plugin, or not at all.
   * @default helper
   */
  readonly loopback?: 'helper' | 'plugin' | 'none' | undefined;
}

/** The folders of an operator; all paths are absolute. */
export interface OperatorFolders {
  /** Absent if the networks come from elsewhere. */
  readonly confDir: string | undefined;
  readonly binDirs: readonly string[];
  readonly cacheDir: string;
  readonly stateDir: string;
}
