/** What the options of the commands on namespaces say. */
export interface NetnsCommandOptions {
  readonly dir?: string;
  readonly path?: string;
  readonly json?: boolean;
  readonly cacheDir?: string;
  readonly prefix?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}
