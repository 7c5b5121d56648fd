import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinMembers, writeJson, writeMembersInTurns } from '../../src/libcni/json/write-json.js';
import { resultOfVersion } from '../../src/libcni/result/create-result.js';
import { resultOfVersionInTurns } from '../../src/libcni/result/result-in-turns.js';

/** More than any machine checks or writes in a few turns. */
const MANY = 50_000;

function routes(count: number, odd: object = {}) {
  const plain = Array.from({ length: count }, (_, index) => ({
    gw: '10.0.0.1',
    dst: `10.0.${index % 256}.0/24`,
  }));
  return [...plain, { dst: '::/0', ...odd }];
}

function resultWith(odd: object, more: object = {}) {
  const interfaces = Array.from({ length: 600 }, (_, index) => ({ name: `eth${index}` }));
  return {
    cniVersion: '1.0.0',
    dns: {},
    routes: routes(1000, odd),
    ips: [],
    interfaces,
    own: [null],
    ...more,
  };
}

async function written(value: object): Promise<string> {
  return joinMembers(await writeMembersInTurns(value, 'x'));
}

/** How many turns the event loop has meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns++;
    next = setImmediate(count);
  }
  await work;
  clearImmediate(next);
  return turns;
}

it('checks a large result as it checks a small one', async () => {
  for (const raw of [
    resultWith({ mtu: 1400, own: 1 }),
    resultWith({ GW: '::1' }),
    resultWith({}, { cniVersion: '0.4.0' }),
  ]) {
    const { cniVersion } = raw;
    const inTurns = await resultOfVersionInTurns(raw, cniVersion);
    expect(JSON.stringify(inTurns)).toBe(JSON.stringify(resultOfVersion(raw, cniVersion)));
  }
});

it('takes the last of several spellings of an array, however long', async () => {
  const raw = resultWith({}, { Routes: routes(2) });
  expect((await resultOfVersionInTurns(raw, '1.0.0')).routes).toHaveLength(3);
});

it('says where the fault of a large result is, and which one comes first', async () => {
  await expect(resultOfVersionInTurns(resultWith({ dst: 'x' }), '1.0.0')).rejects.toMatchObject({
    jsonPath: '$.routes[1000].dst',
    value: 'x',
  });
  const both = resultWith({ dst: 'x' }, { dns: 7 });
  expect(() => resultOfVersion(both, '1.0.0')).toThrow(
    expect.objectContaining({ jsonPath: '$.routes[1000].dst' }),
  );
  await expect(resultOfVersionInTurns(both, '1.0.0')).rejects.toMatchObject({
    jsonPath: '$.routes[1000].dst',
  });
});

it('writes large values as it writes small ones', async () => {
  const holes = new Array(600);
  holes[3] = { b: 1, a: [undefined, 'ü', '\ud800'] };
  const dated = Object.assign(new Array(600), { toJSON: () => 'own' });
  const result = resultWith({ own: { z: 1, a: 2 } }, { inside: [routes(600)] });
  const value = { prevResult: result, name: 'n', holes, dated, inside: [holes], none: undefined };
  expect(await written(value)).toBe(writeJson(value, 'x'));
});

it('names what JSON cannot hold in a large value', async () => {
  await expect(written({ a: { routes: routes(1000, { mtu: 1n }) } })).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    jsonPath: '$.a.routes[1000].mtu',
  });
});

it('refuses a large value that contains itself', async () => {
  const circular: Record<string, unknown> = { items: new Array(600).fill(0) };
  circular.self = circular;
  await expect(written(circular)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
});

it('lets others have their turn while it checks or writes a large result', async () => {
  const raw = { cniVersion: '1.0.0', routes: routes(MANY) };
  expect(await turnsDuring(resultOfVersionInTurns(raw, '1.0.0'))).toBeGreaterThan(5);
  expect(await turnsDuring(written({ prevResult: raw }))).toBeGreaterThan(5);
});

it.each<[string, unknown]>([
  ['a short array', [routes(MANY)]],
  ['an array of arrays', Array.from({ length: 400 }, () => routes(200))],
  ['objects at some depth', { a: [{ b: { c: routes(MANY) } }] }],
  ['an object with many members', Object.fromEntries(routes(MANY).entries())],
])('lets others have their turn while it writes much in %s', async (_, value) => {
  const writing = written({ value });
  const turns = await turnsDuring(writing);
  expect(await writing).toBe(writeJson({ value }, 'x'));
  expect(turns).toBeGreaterThan(5);
});

it('writes any value in turns as it writes it in one go', async () => {
  const deep = fc.anything({ withNullPrototype: true, withSparseArray: true, maxDepth: 4 });
  const some = fc.oneof(deep, fc.constantFrom(Number.NaN, 1n, new Date(0), { toJSON: () => [1] }));
  const property = fc.asyncProperty(some, fc.constantFrom(1, 700, 2000), async (item, count) => {
    const value = {
      item,
      many: new Array(count).fill(item),
      inner: [{ many: [new Array(count).fill(item)] }],
    };
    const outcome = async (write: () => unknown) => {
      try {
        return await write();
      } catch (error) {
        return String(error);
      }
    };
    expect(await outcome(() => written(value))).toBe(await outcome(() => writeJson(value, 'x')));
  });
  await fc.assert(property, { numRuns: 100 });
}, 60_000);
