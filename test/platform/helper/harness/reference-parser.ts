/** What `frame_parse` must say about the first frame, according to PROTOCOL.md. */
export function parseFirst(data: Buffer): string {
  if (data.length < 4) return 'incomplete 12';
  const length = data.readUInt32LE(0);
  if (length < 8 || length > 64 << 20) return 'malformed';
  if (data.length < length + 4) return `incomplete ${length + 4}`;
  const type = data.readUInt32LE(4);
  const used = countBody(type, data.subarray(12, length + 4));
  return used === undefined ? 'malformed' : `complete ${length + 4} ${type} ${used}`;
}

/** The bytes of its strings and input; `undefined` if it is malformed. An unlock request has an empty path. */
function countBody(type: number, body: Buffer): number | undefined {
  if (type === 1) return countSpawn(body);
  if (type === 2) return body.length === 0 ? 0 : undefined;
  if (type === 8) return body.length === 4 ? 1 : undefined;
  const flags = [7, 1, 0, 1, 0][type - 3];
  if (flags === undefined || body.length < 5 || hasOther(body.readUInt32LE(0), flags)) return undefined;
  const ends = body.subarray(4).reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  // An inspect request also has an interface, and a create request a source.
  return ends === ([3, 5].includes(type) ? 2 : 1) && body.at(-1) === 0 ? body.length - 4 : undefined;
}

const mostStrings = 1 << 20;

function countSpawn(body: Buffer): number | undefined {
  if (body.length < 28) return undefined;
  const [flags = 0, argc = 0, envc = 0, text = 0, input = 0] = [8, 12, 16, 20, 24].map((at) =>
    body.readUInt32LE(at),
  );
  if (28 + text + input !== body.length || hasOther(flags, 31)) return undefined;
  if (argc === 0 || argc > mostStrings || envc > mostStrings) return undefined;
  const places = 1 + (flags & 1) + ((flags >> 1) & 1) + ((flags >> 3) & 1);
  const strings = body.subarray(28, 28 + text);
  const ends = strings.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  return ends === places + argc + envc && strings.at(-1) === 0 ? text + input : undefined;
}

function hasOther(flags: number, known: number): boolean {
  return (flags & ~known) !== 0;
}
