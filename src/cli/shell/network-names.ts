import { folderSource } from '../../operator/conf-store/folder-source.js';
import { placesOf } from '../options/places.js';

/** The names of the networks in the configuration folder. */
export async function networkNames(): Promise<string[]> {
  const source = folderSource(placesOf({}).confDir);
  const { networks } = await source.list({ signal: new AbortController().signal });
  return networks.map(({ list }) => list.name);
}
