import { createHash } from 'node:crypto';

const MAX_NAME_BYTES = 255;

/** A file name that is not too long. The end of a long one is replaced by a digest. */
export function fittingName(name: string, end = ''): string {
  if (Buffer.byteLength(name) + end.length <= MAX_NAME_BYTES) return `${name}${end}`;
  const digest = `.${createHash('sha256').update(name).digest('hex').slice(0, 16)}${end}`;
  return `${startOf(name, MAX_NAME_BYTES - digest.length)}${digest}`;
}

/** As many whole characters as fit. */
function startOf(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd$/, '');
}
