import fc from 'fast-check';
import { corrupted } from './corruption.js';
import { countPlaces, type Edit, editAt, fromValue, type JsonNode, toText } from './json-node.js';
import { oddKey, oddNode } from './odd-values.js';

/** The text of a document: equally often valid, with a few faults, or not JSON any more. */
export function document(valid: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  return fc.oneof(intact(valid), corrupted(nearlyValid(valid, 3)));
}

/** The text of a valid document. */
export function intact(valid: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  return valid.map((value) => Buffer.from(JSON.stringify(value)));
}

/** The text of a document; most are valid. */
export function mostlyValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: valid.map((value) => JSON.stringify(value)) },
    nearlyValid(valid, 1),
  );
}

function nearlyValid(valid: fc.Arbitrary<unknown>, maxEdits: number): fc.Arbitrary<string> {
  const edits = fc.array(fc.tuple(fc.nat(1 << 20), edit), { maxLength: maxEdits });
  return fc.tuple(valid, edits).map(([value, wanted]) => {
    let node: JsonNode = fromValue(value);
    for (const [place, change] of wanted) {
      const places = countPlaces(node);
      if (places > 0) node = editAt(node, place % places, change);
    }
    return toText(node);
  });
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: oddNode.map(
      (odd): Edit =>
        (key) => [[key, odd]],
    ),
  },
  { weight: 2, arbitrary: fc.constant<Edit>(() => []) },
  {
    weight: 1,
    arbitrary: oddNode.map(
      (odd): Edit =>
        (key, node) => [
          [key, node],
          [key, odd],
        ],
    ),
  },
  {
    weight: 1,
    arbitrary: oddNode.map(
      (odd): Edit =>
        (key, node) => [
          [key, odd],
          [key, node],
        ],
    ),
  },
  {
    weight: 2,
    arbitrary: caseVariant().map(
      (vary): Edit =>
        (key, node) => [[vary(key), node]],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(caseVariant(), oddNode).map(([vary, odd]): Edit => {
      return (key, node) => [
        [key, node],
        [vary(key), odd],
      ];
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(oddKey, oddNode).map(
      ([odd, item]): Edit =>
        (key, node) => [
          [key, node],
          [odd, item],
        ],
    ),
  },
);

/** Spellings of a key that are the same for a case-insensitive decoder. */
function caseVariant(): fc.Arbitrary<(key: string) => string> {
  return fc.constantFrom(
    (key: string) => key.toUpperCase(),
    (key: string) => key.toLowerCase(),
    (key: string) => key.charAt(0).toUpperCase() + key.slice(1),
    (key: string) => key.replace('s', 'ſ').replace('k', 'K'),
  );
}
