// fs-extra is loaded when a folder is first made or removed: it takes as long to load as half of this library.

/** Makes a folder and those above it that are missing; fine where it is there. */
export async function ensureFolder(folder: string, mode: number): Promise<void> {
  const { ensureDir } = await import('fs-extra/esm');
  await ensureDir(folder, { mode });
}

/** Removes a folder and all that is in it; fine where there is none. */
export async function removeFolder(folder: string): Promise<void> {
  const { remove } = await import('fs-extra/esm');
  await remove(folder);
}
