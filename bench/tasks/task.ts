/** Work for a driver. Each kind uses some of the fields. */
export interface Task {
  readonly kind:
    | 'plugin'
    | 'list'
    | 'validate'
    | 'load'
    | 'parse'
    | 'attachments'
    | 'gc'
    | 'pods'
    | 'network-make'
    | 'network-look'
    | 'network-connect'
    | 'network-attach'
    | 'cri'
    | 'cri-memory'
    | 'request'
    | 'call'
    | 'attach'
    | 'detach'
    | 'attach-detach'
    | 'add-del'
    | 'gc-dry-run';
  /** How a Node driver starts plugins; the Go driver has only one way. @default 'helper' */
  readonly starter?: Starter;
  /** How often to do the work; for folders, how many files are expected. */
  readonly count?: number;
  /** How many at a time. @default 1 */
  readonly concurrency?: number;
  readonly pluginDir?: string;
  readonly cacheDir?: string;
  readonly confDir?: string;
  /** A network configuration list as JSON. */
  readonly config?: string;
  readonly network?: string;
  /** How many host ports each attachment has. @default 0 */
  readonly ports?: number;
  /** Whether to measure blocks of the event loop. @default true for work on folders */
  readonly watchBlocks?: boolean;
  /** The root file system of pods. */
  readonly rootfs?: string;
  /** Whether to run pods with only operator and runtime. @default false */
  readonly bare?: boolean;
  /** The server for kubelet to call. */
  readonly server?: CriServerName;
  /** The interface file of CRI. */
  readonly proto?: string;
  /** Whether the Go driver syncs the record of each ADD, file and folder. @default false */
  readonly synced?: boolean;
}

/** A way to start a plugin. */
export type Starter = 'helper' | 'child_process' | 'execa' | 'process-exec';

/** Servers for kubelet: the example of this library, and containerd. */
export type CriServerName = 'example' | 'containerd';

/** A driver's answer to a task. All figures are for the whole task. */
export interface Figures {
  readonly wallMs: number;
  /** How long the event loop was busy; Node only. */
  readonly busyMs?: number;
  /** Processor time of Node's main thread, or of a started program. */
  readonly cpuMs?: number;
  /** The longest time for which the event loop was blocked; Node only, and only if it is measured. */
  readonly longestBlockMs?: number;
  /** The memory of processes in MiB; each counts its share of shared memory. */
  readonly memoryMebibytes?: number;
}

/** Work that is ready to be timed. */
export type Run = () => Promise<void>;
