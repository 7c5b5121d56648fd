/** Work that a driver is asked for. Each kind uses a part of the fields. */
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
  /** How a Node driver starts plugins; the Go driver has one way only. @default 'helper' */
  readonly starter?: Starter;
  /** How often; for folders, how many files are expected. */
  readonly count?: number;
  /** How many at a time. @default 1 */
  readonly concurrency?: number;
  readonly pluginDir?: string;
  readonly cacheDir?: string;
  readonly confDir?: string;
  /** The text of a network configuration list. */
  readonly config?: string;
  readonly network?: string;
  /** How many host ports each attachment has. @default 0 */
  readonly ports?: number;
  /** Whether blocks of the event loop are watched for, whatever the kind. @default false */
  readonly watchBlocks?: boolean;
  /** The root file system of pods. */
  readonly rootfs?: string;
  /** Whether pods are made by operator and runtime alone. @default false */
  readonly bare?: boolean;
  /** The server for kubelet that is asked. */
  readonly server?: CriServerName;
  /** The interface file of CRI. */
  readonly proto?: string;
  /** Whether the Go driver syncs the record of each ADD, file and folder. @default false */
  readonly synced?: boolean;
}

/** What starts a plugin. */
export type Starter = 'helper' | 'child_process' | 'execa' | 'process-exec';

/** Servers for kubelet: the example of this library, and containerd. */
export type CriServerName = 'example' | 'containerd';

/** What a driver says of a task that it has done. All figures are of the whole task. */
export interface Figures {
  readonly wallMs: number;
  /** How long the event loop could do nothing else; Node only. */
  readonly busyMs?: number;
  /** Processor time: of Node's main thread, or of a program that is started. */
  readonly cpuMs?: number;
  /** The longest time for which the event loop did nothing else; Node only, and only for work on folders. */
  readonly longestBlockMs?: number;
  /** What processes have of the memory of the machine, in MiB, what they share divided among all that share it. */
  readonly memoryMebibytes?: number;
}

/** A piece of work that is ready to be timed. */
export type Run = () => Promise<void>;
