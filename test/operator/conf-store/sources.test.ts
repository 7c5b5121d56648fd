import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CNIOperator,
  type ConfListing,
  type ConfSource,
  LibcniError,
  networkConf,
  networkConfFromBytes,
} from '../../../src/index.js';
import { objectSource } from '../../../src/operator/conf-store/index.js';
import { ConfFolder, list, names } from './harness/conf-folder.js';
import { eventually } from './harness/eventually.js';

let folder: ConfFolder;

beforeEach(async () => {
  folder = await ConfFolder.create();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** A source of the program's own: it is away while it has an error. */
class OwnSource implements ConfSource {
  readonly name = 'own';
  away: Error | undefined;
  listing: ConfListing = { networks: [] };
  closed = 0;
  onChange = () => {};

  set(...wanted: string[]): void {
    const networks = wanted.map((name) => ({ list: networkConf({ name, plugins: [{ type: 'bridge' }] }) }));
    this.listing = { networks };
    this.onChange();
  }

  async list(): Promise<ConfListing> {
    if (this.away) throw this.away;
    return this.listing;
  }

  watch(onChange: () => void): void {
    this.onChange = onChange;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

const one = { name: 'one', cniVersion: '1.0.0', plugins: [{ type: 'bridge', mtu: 9000 }] };

describe('networks given as objects', () => {
  it('come before those of the folder, and are the default network', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store({ sources: [objectSource([one])] });
    expect(names(store.snapshot())).toEqual(['one', 'a']);
    expect(store.snapshot().defaultNetwork).toMatchObject({ name: 'one', source: 'networks' });
    expect(store.snapshot().networks[0]).not.toHaveProperty('file');
  });

  it('win against a file with the same name, which is a problem', async () => {
    const file = await folder.write('a.conflist', list('one'));
    const snapshot = (await folder.store({ sources: [objectSource([one])] })).snapshot();
    expect(snapshot.networks).toMatchObject([{ name: 'one', source: 'networks' }]);
    const reason = 'network one is already configured by networks';
    expect(snapshot.problems).toMatchObject([{ file, code: 'ERR_CONFLICT', jsonPath: '$.name', reason }]);
  });

  it('may be lists that were loaded, which stay as they are', async () => {
    const loaded = networkConfFromBytes(JSON.stringify(one));
    const { networks } = (await folder.store({ sources: [objectSource([loaded])] })).snapshot();
    expect(networks[0]?.list).toEqual(loaded);
    expect(Object.isFrozen(loaded)).toBe(false);
  });

  it.each([
    ['a plugin without type', [one, { name: 'b', plugins: [{}] }], '$.plugins[0].type', 'in networks[1]'],
    ['no name', [{ plugins: [{ type: 'bridge' }] }], '$.name', 'in networks[0]'],
    ['no plugins', [{ name: 'a' }], '$.plugins', 'in networks[0]'],
    ['no object', ['a'], undefined, 'networks[0] must be an object, not "a"'],
    ['a name twice', [one, one], undefined, 'networks[1] has the same name as networks[0], one'],
  ])('are refused with %s', (_, given: unknown, jsonPath, message) => {
    const refused = () => Reflect.apply(objectSource, undefined, [given]);
    expect(refused).toThrow(LibcniError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ jsonPath }));
  });

  it('are not used with a version that nobody knows, which is a problem of theirs', async () => {
    const source = objectSource([{ ...one, cniVersion: '9.0.0' }]);
    const { networks, problems } = (await folder.store({ sources: [source] })).snapshot();
    expect(networks).toEqual([]);
    expect(problems).toMatchObject([{ file: 'networks', network: 'one', code: 'ERR_VERSION' }]);
  });
});

describe('a source of the program', () => {
  it('keeps its last good networks while it is away, and is a problem', async () => {
    const own = new OwnSource();
    own.set('x', 'y');
    const store = await folder.watching({ sources: [own] });
    own.away = new Error('the database is down');
    await folder.write('a.conflist', list('a'));
    await eventually('both have been read', () => names(store.snapshot()).length === 3);
    expect(names(store.snapshot())).toEqual(['x', 'y', 'a']);
    expect(store.problems).toMatchObject([{ file: 'own', reason: 'the database is down' }]);
    own.away = undefined;
    own.set('y');
    await eventually('it is back', () => names(store.snapshot()).join() === 'y,a');
    expect(store.problems).toEqual([]);
  });

  it('is a problem where it is away from the start, and in use once it is there', async () => {
    const own = new OwnSource();
    own.away = new Error('not yet');
    const store = await folder.watching({ sources: [own] });
    expect(store.problems).toMatchObject([{ file: 'own', reason: 'not yet' }]);
    own.away = undefined;
    own.set('x');
    await eventually('it is there', () => names(store.snapshot()).join() === 'x');
  });

  it('is asked again while it is away, without telling of a change', async () => {
    const own = new OwnSource();
    own.away = new Error('not yet');
    const store = await folder.watching({ sources: [own], pollMs: 20 });
    own.listing = { networks: [{ list: networkConf(one) }] };
    own.away = undefined;
    await eventually('it is there', () => names(store.snapshot()).join() === 'one');
  });

  it('is closed once, with the store', async () => {
    const own = new OwnSource();
    const store = await folder.store({ sources: [own] });
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    expect(own.closed).toBe(1);
  });
});

describe('a source with a bug', () => {
  const of = (more: Partial<ConfSource>): ConfSource => ({
    name: 'buggy',
    list: async () => ({ networks: [] }),
    ...more,
  });

  it.each([
    ['nothing', undefined, /^listing must be an object with networks, not undefined/],
    ['null for a network', { networks: [null] }, /^listing\.networks\[0\] must be an object with the list/],
    ['JSON for a list', { networks: [{ list: one }] }, /^listing\.networks\[0\]\.list/],
    ['a string for a fault', { networks: [], faults: ['bad'] }, /^listing\.faults\[0\] must be a fault/],
  ])('that lists %s counts as away, and the others stay', async (_, listing, reason) => {
    const list = async () => listing as never;
    const store = await folder.store({ sources: [objectSource([one]), of({ list })] });
    expect(names(store.snapshot())).toEqual(['one']);
    expect(store.problems).toMatchObject([{ file: 'buggy', reason: expect.stringMatching(reason) }]);
  });

  it('that throws for its problems has that as its problem', async () => {
    const problems = () => {
      throw new Error('no problems');
    };
    const store = await folder.store({ sources: [of({ problems })] });
    expect(store.problems).toMatchObject([{ file: 'buggy', reason: 'no problems' }]);
  });

  it('that cannot be closed fails the close with an error of the library, after the others', async () => {
    const close = () => Promise.reject(new Error('no close'));
    const own = new OwnSource();
    const operator = await CNIOperator.create({
      sources: [of({ close }), own],
      cacheDir: join(folder.confDir, 'cache'),
    });
    const closing = operator.close();
    await expect(closing).rejects.toBeInstanceOf(LibcniError);
    await expect(closing).rejects.toMatchObject({ summary: 'no close', file: 'buggy' });
    expect(own.closed).toBe(1);
    await expect(operator.status()).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
