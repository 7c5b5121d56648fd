// fs-extra is loaded when a folder is first created or removed: loading it takes half as long as the whole library.

/** Creates a folder and its missing parents. */
export async function ensureFolder(folder: string, mode: number): Promise<void> {
  const { ensureDir } = await import('fs-extra/esm');
  await ensureDir(folder, { mode });
}

/** Removes a folder and everything in it, if it exists. */
export async function removeFolder(folder: string): Promise<void> {
  const { remove } = await import('fs-extra/esm');
  await remove(folder);
}
