import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';

/** Limits of a call to a runtime. */
export interface RuntimeOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the call. @default that of the runtime */
  readonly timeoutMs?: number | undefined;
}

/** Files of the sandbox that its containers see in `/etc`. Their inode stays the same for the life of the sandbox. */
export interface SandboxFiles {
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
}

/** A sandbox as a runtime is given it. */
export interface RuntimeSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  /**
   * Path of the network namespace to join. `undefined` with the network of the host, and with a user namespace of the
   * pod's own, where the runtime makes the network namespace inside that.
   */
  readonly netns: string | undefined;
  /** The name of the host that the processes see; `undefined` where they see the host's own. */
  readonly hostname: string | undefined;
  readonly files: SandboxFiles;
  /** A folder for the runtime's own files of this sandbox, which goes with the sandbox. It is there. */
  readonly folder: string;
  /** The file that the output of the sandbox's process goes to. */
  readonly logFile: string;
}

/** What a runtime knows of a sandbox. */
export interface RuntimeStatus {
  /** `absent`: the runtime does not know it (any more). */
  readonly state: 'created' | 'running' | 'stopped' | 'absent';
  /** The first process of the sandbox, where there is one on this machine. */
  readonly pid?: number | undefined;
}

/** A sandbox that a runtime has. */
export interface RuntimeListing {
  readonly id: string;
  /** The folder that it was created with, which tells whose it is. */
  readonly folder: string;
}

/**
 * The seam to the program that runs containers. Every call may be made again after a crash in the middle of it: what is
 * done already is fine. Standard streams of a container must not be pipes of the caller.
 */
export interface Runtime {
  /** Makes the sandbox, without running its process. */
  create(sandbox: RuntimeSandbox, options?: RuntimeOptions): Promise<RuntimeStatus>;
  /** Runs its process. */
  start(id: string, options?: RuntimeOptions): Promise<void>;
  /** Ends its processes: asks, and after `graceMs` forces them. One that is stopped or absent is fine. */
  stop(id: string, graceMs: number, options?: RuntimeOptions): Promise<void>;
  /** Removes what the runtime has of it, running or not. One that is absent is fine. */
  remove(id: string, options?: RuntimeOptions): Promise<void>;
  /** What it knows of the sandbox. One that it does not know is `absent`. */
  status(id: string, options?: RuntimeOptions): Promise<RuntimeStatus>;
  /** All that it has, those of others included; needed to find sandboxes that nobody knows of any more. */
  list?(options?: RuntimeOptions): Promise<readonly RuntimeListing[]>;
}
