import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import type { PodSandboxConfig } from '../config/pod-sandbox-config.js';
import { podSandboxConfigSchema } from '../config/pod-sandbox-config-schema.js';

/** What a sandbox is made of, in the order in which `run` does it where the network comes first. */
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

/** One thing that `run` does, and that `stop`, `remove` or a failure takes back. */
export type SandboxStep = 'claim' | 'logs' | 'namespace' | 'network' | 'files' | 'create' | 'bind' | 'start';

/**
 * How far a sandbox is.
 * - `starting`: `run` is at it, or was when its process ended.
 * - `running`: it is there.
 * - `stopping`: `stop` is at it, or was when its process ended.
 * - `stopped`: network and processes are gone, `remove` takes away the rest.
 * - `removing`: `remove` is at it, or what a failed `run` did could not all be taken back.
 * - `lost`: a reboot took namespace and processes.
 */
export type SandboxPhase = 'starting' | 'running' | 'stopping' | 'stopped' | 'removing' | 'lost';

/** A process of this machine, known by its number and when it began. */
const processSchema = lazy(() => z.object({ pid: z.number(), start: z.string() }));

/** What is on disk of a sandbox, in its checkpoint. */
export const sandboxRecordSchema = lazy(() =>
  z.object({
    version: z.literal(1),
    id: z.string(),
    /** Milliseconds since 1970. */
    createdAt: z.number(),
    bootId: z.string(),
    phase: z.enum(['starting', 'running', 'stopping', 'stopped', 'removing', 'lost']),
    /** The step that `run` is at. */
    step: z.enum(STEPS).optional(),
    startFirst: z.boolean(),
    runtimeHandler: z.string(),
    /** Path of the network namespace: the sandbox key. Absent with the network of the host. */
    netns: z.string().optional(),
    networkReady: z.boolean(),
    process: processSchema().optional(),
    /** Folders that were made for logs, the uppermost first. */
    logFolders: z.array(z.string()),
    config: podSandboxConfigSchema,
  }),
);

export type SandboxRecord = Omit<z.infer<ReturnType<typeof sandboxRecordSchema>>, 'config'> & {
  readonly config: PodSandboxConfig;
};
