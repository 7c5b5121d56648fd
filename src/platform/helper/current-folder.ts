/** The working folder of this process, by its last known name; `/` if it never had one. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
