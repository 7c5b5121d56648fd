import fc from 'fast-check';

type Corruption = (text: Buffer, at: number) => Buffer;

const BOM = Buffer.from('\ufeff');

function insert(...bytes: number[]): Corruption {
  return (text, at) => Buffer.concat([text.subarray(0, at), Buffer.from(bytes), text.subarray(at)]);
}

function nest(depth: number): Corruption {
  return (text) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    return Buffer.from(text.toString('utf8').replace(/^\{/, `{"deep":${deep},`));
  };
}

const corruptions: readonly Corruption[] = [
  (text, at) => text.subarray(0, at),
  (text) => Buffer.concat([BOM, text]),
  (text) => Buffer.concat([text, BOM]),
  (text) => Buffer.concat([text, Buffer.from('\n\t\r ')]),
  (text) => Buffer.concat([text, Buffer.from(' {}')]),
  (text) => Buffer.concat([text, Buffer.from('\u0000')]),
  (text) => Buffer.concat([Buffer.from('\u00a0'), text]),
  (text) => Buffer.from(text.toString('utf8').replaceAll('"', "'")),
  (text) => Buffer.from(text.toString('utf8').replace('}', ',}')),
  (text) => Buffer.concat([Buffer.from('// why\n'), text]),
  insert(0),
  insert(0x0a),
  insert(0x5c),
  insert(0x22),
  insert(0xff),
  insert(0xc0, 0x80),
  insert(0xed, 0xa0, 0x80),
  insert(0xf4, 0x90, 0x80, 0x80),
  insert(0xe2, 0x82),
  insert(0x7f),
  nest(50),
  nest(980),
  nest(1100),
  nest(9998),
  nest(9999),
  nest(10_000),
];

/** Strings that are mostly unchanged, and otherwise contain something that does not belong there. */
export function corrupted(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const corruption = fc.tuple(fc.constantFrom(...corruptions), fc.nat(1 << 16));
  return fc.oneof(
    { weight: 2, arbitrary: text.map((intact) => Buffer.from(intact)) },
    {
      weight: 1,
      arbitrary: fc.tuple(text, corruption).map(([intact, [corrupt, at]]) => {
        const bytes = Buffer.from(intact);
        return corrupt(bytes, at % (bytes.length + 1));
      }),
    },
  );
}
