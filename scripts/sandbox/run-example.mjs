import { fileURLToPath } from 'node:url';
import { runIsolated } from './isolate.mjs';

const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

/**
 * Runs a TypeScript program in namespaces of its own.
 *
 * @param {string} file
 * @returns {Promise<number>} its exit code
 */
export function runExample(file) {
  return runIsolated([process.execPath, tsx, file]);
}
