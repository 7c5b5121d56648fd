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

/** The points in the life of a container at which hooks run. */
export type HookPoint =
  | 'prestart'
  | 'createRuntime'
  | 'createContainer'
  | 'startContainer'
  | 'poststart'
  | 'poststop';
