import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's folder as seen from the files in `dist`, and as seen from here. */
const PACKAGE_ROOTS = ['../', '../../../'].map((path) => new URL(path, import.meta.url));

/**
 * The path of the native helper: `LIBCNI_HELPER` if that is set, else the prebuilt one of the package, else one
 * compiled in `native/`. `undefined` if none can be executed.
 */
export function findHelperBinary(): string | undefined {
  const given = process.env.LIBCNI_HELPER;
  if (given !== undefined && given !== '') return given;
  return [`prebuilds/linux-${process.arch}/cni-helper`, 'native/build/cni-helper']
    .flatMap((relative) => PACKAGE_ROOTS.map((root) => fileURLToPath(new URL(relative, root))))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
