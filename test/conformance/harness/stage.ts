/** What a plugin is to answer. */
export interface CannedAnswer {
  /** For this plugin only. @default all */
  readonly type?: string;
  readonly verb: string;
  readonly exitCode: number;
  readonly stdout: string | Buffer;
  readonly stderr: string;
}

/** What both libraries find on disk before their first step. */
export interface Stage {
  /** The types of the plugins that are there. */
  readonly plugins?: readonly string[];
  readonly answers?: readonly CannedAnswer[];
  /** Contents by path under the root. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Folders under the root. */
  readonly folders?: readonly string[];
}

/** Stands in a request for the folder that a library works in. */
export const ROOT = '<ROOT>';

/** Stands in a request for the folder that the other library works in. */
export const OTHER = '<OTHER>';
