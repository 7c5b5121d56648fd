import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';
import { podSandboxConfigSchema } from '../config/pod-sandbox-config-schema.js';

/** The steps of a sandbox, in the order of `run` if the network comes first. */
const STEPS = [
  'claim',
  'logs',
  'namespace',
  'network',
  'files',
  'create',
  'bind',
  'start',
] as const satisfies readonly SandboxStep[];

/** One step of `run`, which `stop`, `remove` or a failure undoes. */
export type SandboxStep = 'claim' | 'logs' | 'namespace' | 'network' | 'files' | 'create' | 'bind' | 'start';

/**
 * The phase of a sandbox.
 * - `starting`: `run` is working on it, or was when its process ended.
 * - `running`: it is complete.
 * - `stopping`: `stop` is working on it, or was when its process ended.
 * - `stopped`: network and processes are gone, `remove` removes the rest.
 * - `removing`: `remove` is working on it, or a failed `run` could not be undone completely.
 * - `lost`: a reboot ended its namespace and processes.
 */
export type SandboxPhase = 'starting' | 'running' | 'stopping' | 'stopped' | 'removing' | 'lost';

/** A process of this machine, identified by id and start time. */
const processSchema = lazy(() => z.object({ pid: z.number(), start: z.string() }));

/** The content of a sandbox's checkpoint. */
export const sandboxRecordSchema = lazy(() =>
  z.object({
    version: z.literal(1),
    id: z.string(),
    /** Milliseconds since 1970. */
    createdAt: z.number(),
    bootId: z.string(),
    phase: z.enum(['starting', 'running', 'stopping', 'stopped', 'removing', 'lost']),
    /** The current step of `run`. */
    step: z.enum(STEPS).optional(),
    startFirst: z.boolean(),
    runtimeHandler: z.string(),
    /** Path of the network namespace: the sandbox key. Absent in the host network. */
    netns: z.string().optional(),
    /** The identity of the namespace, once it exists. Earlier versions did not record it. */
    netnsIdentity: z.string().optional(),
    networkReady: z.boolean(),
    process: processSchema().optional(),
    /** Folders that were created for logs, the topmost first. */
    logFolders: z.array(z.string()),
    config: podSandboxConfigSchema,
  }),
);

export type SandboxRecord = Omit<z.infer<ReturnType<typeof sandboxRecordSchema>>, 'config'> & {
  readonly config: PodSandboxConfig;
};
