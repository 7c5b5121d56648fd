import { readFileSync } from 'node:fs';

const programInterpreter = 3;
const dynamicSection = 2;

/**
 * Reads two facts from a 64-bit little-endian ELF file: its machine number, and whether it needs a loader or shared
 * libraries.
 *
 * @param {string} path
 */
export function readElf(path) {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01')
    throw new Error(`${path} is not a 64-bit little-endian ELF file`);
  const types = segmentTypes(bytes);
  return {
    machine: bytes.readUInt16LE(18),
    isStatic: !types.includes(programInterpreter) && !types.includes(dynamicSection),
    size: bytes.length,
  };
}

/** @param {Buffer} bytes */
function segmentTypes(bytes) {
  const offset = Number(bytes.readBigUInt64LE(32));
  const entrySize = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(offset + index * entrySize));
}
