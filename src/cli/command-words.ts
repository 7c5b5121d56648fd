import { reword, type Wording } from '../errors/reword-error.js';
import { hasOption } from './command-line.js';

/** Phrases for programs in messages of the library, and what they mean at a shell. */
export const phrases: Wording = [
  [
    "choose another name, or set existingInterface: 'allow' if the plugins replace or tune it",
    'choose another name (network@interface, or --ifname for the default network)',
  ],
  [", or allow it with foreignFolders: 'allow'", ''],
  ['detach() takes it down first', 'detach it first'],
  ['disconnect() takes it down first', 'disconnect it first'],
  ['call detach() first', 'detach it first'],
  ['call disconnect() first', 'disconnect it first'],
  ['detach() or gc() removes its leftovers', 'detaching it removes its leftovers'],
  ['disconnect() removes its leftovers', 'disconnecting it removes its leftovers'],
  ['recover() removes', '`libcni recover` removes'],
  ['or use force', 'or use --force'],
  ['remove the network with force', 'remove the network with `libcni network rm --force`'],
  ['timeoutMs of', 'the time limit of'],
];

const ONLY_ATTACH = 'only `libcni attach` and `libcni detach` allow it, with --host-netns';

/** A message of the library in terms of the command that runs. */
export function inCommandWords(message: string): string {
  const allowed = hasOption('--host-netns') ? 'use --host-netns to allow it' : ONLY_ATTACH;
  return reword(message, [
    ...phrases,
    ['set hostNetns: true to allow it', allowed],
    ['only CNIOperator.attach() allows it, with hostNetns: true', allowed],
  ]);
}
