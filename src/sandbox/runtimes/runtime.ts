import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';

/** Limits of a call to a runtime. */
export interface RuntimeOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the call. @default that of the runtime */
  readonly timeoutMs?: number | undefined;
}

/** Files of the sandbox that its containers see in `/etc`. Their inodes never change while the sandbox exists. */
export interface SandboxFiles {
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
}

/** A sandbox in the form that a runtime gets. */
export interface RuntimeSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  /**
   * Path of the network namespace to join. `undefined` in the host network, and with a user namespace of the pod, in which
   * the runtime creates the network namespace.
   */
  readonly netns: string | undefined;
  /** The host name that the processes see; `undefined` if they see the host's own. */
  readonly hostname: string | undefined;
  readonly files: SandboxFiles;
  /** An existing folder for the runtime's own files of this sandbox. It is removed with the sandbox. */
  readonly folder: string;
  /** The file for the output of the sandbox's process. */
  readonly logFile: string;
}

/** What a runtime knows about a sandbox. */
export interface RuntimeStatus {
  /** `absent`: the runtime does not know it, or no longer. */
  readonly state: 'created' | 'running' | 'stopped' | 'absent';
  /** The first process of the sandbox, if there is one on this machine. */
  readonly pid?: number | undefined;
}

/** A sandbox of a runtime. */
export interface RuntimeListing {
  readonly id: string;
  /** The folder that it was created with, which identifies its owner. */
  readonly folder: string;
}

/**
 * The interface to the program that runs containers. Every call may be repeated after a crash in the middle of it, and
 * must accept what is already done. Standard streams of a container must not be pipes of the caller.
 */
export interface Runtime {
  /** Rejects if no sandbox can be created as things are. Called before anything of a sandbox is made. */
  check?(options?: RuntimeOptions): Promise<void>;
  /** Creates the sandbox without running its process. */
  create(sandbox: RuntimeSandbox, options?: RuntimeOptions): Promise<RuntimeStatus>;
  /** Runs its process. */
  start(id: string, options?: RuntimeOptions): Promise<void>;
  /** Ends its processes: asks them, and after `graceMs` kills them. A stopped or absent sandbox is fine. */
  stop(id: string, graceMs: number, options?: RuntimeOptions): Promise<void>;
  /** Removes everything that the runtime has of it, running or not. An absent sandbox is fine. */
  remove(id: string, options?: RuntimeOptions): Promise<void>;
  /** The state of the sandbox; `absent` if the runtime does not know it. */
  status(id: string, options?: RuntimeOptions): Promise<RuntimeStatus>;
  /** All of its sandboxes, including those of others. Needed to find orphans. */
  list?(options?: RuntimeOptions): Promise<readonly RuntimeListing[]>;
}
