import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
