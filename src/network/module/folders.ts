/** The folders of the module; all paths are absolute. */
export interface ModuleFolders {
  readonly confDir: string;
  readonly binDirs: readonly string[];
  readonly cacheDir: string;
}
