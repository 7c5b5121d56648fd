import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resultFromJson } from '../../src/libcni/result/create-result.js';
import { resultFromJsonInTurns } from '../../src/libcni/result/result-in-turns.js';

/** What a check says: the result as JSON, or everything about the error. */
async function verdictOf(check: () => unknown): Promise<unknown> {
  try {
    return JSON.stringify(await check());
  } catch (error) {
    const { code, message, jsonPath, value } = Object(error);
    return { code, message, jsonPath, value };
  }
}

const PLAIN: Readonly<Record<string, (index: number) => object>> = {
  interfaces: (index) => ({ name: `eth${index}`, mac: '' }),
  ips: (index) => ({ version: '4', address: `10.0.${index % 256}.2/16`, Gateway: '' }),
  routes: (index) => ({ dst: `10.${index % 256}.0.0/16`, gw: '10.0.0.1', own: [index] }),
};

const oddItem = fc.constantFrom<unknown>(
  null,
  5,
  [],
  {},
  { dst: 'x' },
  { dst: '::/0', gw: 'x' },
  { address: 'x' },
  { address: '10.0.0.1/8', interface: 'x' },
  { name: 5 },
  { Name: 'a', name: null },
);

/** An array that may be long, with odd items at some places. */
const longArray = fc.record({
  length: fc.constantFrom(0, 2, 250, 251, 500, 501, 800),
  odd: fc.array(fc.tuple(fc.nat(900), oddItem), { maxLength: 2 }),
});

function itemsOf(key: string, { length, odd }: { length: number; odd: [number, unknown][] }): unknown[] {
  const items: unknown[] = Array.from({ length }, (_, index) => PLAIN[key]?.(index));
  for (const [place, item] of odd) if (place < length) items[place] = item;
  return items;
}

const arrays = fc.record(
  { interfaces: longArray, ips: longArray, routes: longArray },
  { requiredKeys: ['routes'] },
);

const others = fc.record(
  {
    cniVersion: fc.constantFrom<unknown>('0.2.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0', '9.9.9', '', 5),
    CNIVersion: fc.constantFrom('1.0.0', '9.9.9'),
    own: fc.constant([null]),
    dns: fc.constantFrom<unknown>({}, { nameservers: ['10.0.0.1'] }, 5, null),
    Routes: fc.constant([{ dst: '10.0.0.0/8' }]),
    ip4: fc.constantFrom({ ip: '10.0.0.1/8' }, { ip: 'x' }),
  },
  { requiredKeys: ['cniVersion'] },
);

it('says of any result in turns what the check as a whole says', async () => {
  const property = fc.asyncProperty(arrays, others, async (long, more) => {
    const entries = Object.entries(long).map(([key, array]) => [key, itemsOf(key, array)]);
    const raw = { ...more, ...Object.fromEntries(entries) };
    expect(await verdictOf(() => resultFromJsonInTurns(raw))).toEqual(
      await verdictOf(() => resultFromJson(raw)),
    );
  });
  await fc.assert(property, { numRuns: 300 });
}, 60_000);

it('checks only the slice with the fault again', async () => {
  const readsWith = async (dst: string) => {
    let reads = 0;
    const counted = {
      get dst() {
        reads += 1;
        return '10.0.0.0/8';
      },
    };
    const routes = Array.from({ length: 1000 }, (_, index) => (index === 400 ? counted : { dst: '::/0' }));
    await verdictOf(() => resultFromJsonInTurns({ cniVersion: '1.0.0', routes: [...routes, { dst }] }));
    return reads;
  };
  expect(await readsWith('x')).toBe(await readsWith('::/0'));
});
