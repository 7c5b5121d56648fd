/** The answer of a plugin. */
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
  /** The types of the plugins that exist. */
  readonly plugins?: readonly string[];
  readonly answers?: readonly CannedAnswer[];
  /** Contents by path under the root. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Folders under the root. */
  readonly folders?: readonly string[];
}

/** In a request, stands for the folder in which a library works. */
export const ROOT = '<ROOT>';

/** In a request, stands for the folder in which the other library works. */
export const OTHER = '<OTHER>';
