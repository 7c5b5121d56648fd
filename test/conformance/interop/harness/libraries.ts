import { cnitool } from './cnitool.js';
import { thisLibrary } from './this-library.js';

/** Both orders of the two libraries: the first one adds, the other one comes after it. */
export const pairs = [
  { adder: 'this library', follower: 'cnitool', add: thisLibrary, follow: cnitool },
  { adder: 'cnitool', follower: 'this library', add: cnitool, follow: thisLibrary },
] as const;
