import { runIsolated } from './isolate.mjs';

// As a loader: the tsx command puts a socket into a folder named by user id, which a user namespace changes.
const loader = import.meta.resolve('tsx');

/**
 * Runs a TypeScript program in namespaces of its own.
 *
 * @param {string} file
 * @returns {Promise<number>} its exit code
 */
export function runExample(file) {
  return runIsolated([process.execPath, '--import', loader, file]);
}
