/** The options of the commands for namespaces. */
export interface NetnsCommandOptions {
  readonly dir?: string;
  readonly path?: string;
  readonly json?: boolean;
  readonly cacheDir?: string;
  readonly prefix?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}
