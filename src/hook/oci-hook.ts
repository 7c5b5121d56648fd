import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';

/** A hook of config.json (OCI runtime specification, config.md, "POSIX-platform Hooks"). */
export interface OciHook {
  /** The absolute path of the program. */
  readonly path: string;
  /** Its arguments, `argv[0]` included. @default the path alone */
  readonly args?: readonly string[] | undefined;
  /** Its whole environment, as `NAME=value`. @default none */
  readonly env?: readonly string[] | undefined;
  /** Seconds after which it is ended, and has failed. @default no limit */
  readonly timeout?: number | undefined;
}

/** A hook that a runtime can start. */
export const hookSchema = lazy(
  () =>
    z.looseObject({
      path: z.string().startsWith('/', { error: 'must be an absolute path' }),
      args: z.array(z.string()).optional(),
      env: z.array(z.string().includes('=', { error: 'must be like NAME=value' })).optional(),
      timeout: z.number().positive({ error: 'must be a number of seconds greater than 0' }).optional(),
    }) satisfies z.ZodType<OciHook>,
);

/** The points in the life of a container at which hooks run. */
export type HookPoint =
  | 'prestart'
  | 'createRuntime'
  | 'createContainer'
  | 'startContainer'
  | 'poststart'
  | 'poststop';
