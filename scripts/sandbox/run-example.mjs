import { runIsolated } from './isolate.mjs';

// tsx as a loader: its command makes a socket in a folder named by user id, which a user namespace changes.
const loader = import.meta.resolve('tsx');

/**
 * Runs a TypeScript program in its own namespaces.
 *
 * @param {string} file
 * @returns {Promise<number>} its exit code
 */
export function runExample(file) {
  return runIsolated([process.execPath, '--import', loader, file]);
}
