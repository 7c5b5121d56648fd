import { cnitool } from './cnitool.js';
import { thisLibrary } from './this-library.js';

/** Each of the two libraries as the one that adds, with the other one as the one that comes after. */
export const pairs = [
  { adder: 'this library', follower: 'cnitool', add: thisLibrary, follow: cnitool },
  { adder: 'cnitool', follower: 'this library', add: cnitool, follow: thisLibrary },
] as const;
