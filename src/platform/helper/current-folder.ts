/** The folder of this process, by the name that it was last known under; `/` where it never had one. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
