import { folderSource } from '../../operator/conf-store/folder-source.js';
import { Sources, type SourcesReading } from '../../operator/conf-store/sources.js';
import { endSignal } from '../options/limits.js';

/** The networks of a configuration folder, and its problems. Without an operator, which takes longer to load. */
export async function readFolder(confDir: string): Promise<SourcesReading> {
  return await new Sources([folderSource(confDir)]).read(endSignal());
}
