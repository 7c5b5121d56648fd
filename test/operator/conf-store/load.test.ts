import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { LibcniAggregateError, networkConfFromBytes } from '../../../src/index.js';
import type { ConfSnapshot, LoadedNetwork } from '../../../src/operator/conf-store/index.js';
import { asNobody } from './harness/as-nobody.js';
import { briefly, ConfFolder, list, names } from './harness/conf-folder.js';

let folder: ConfFolder;

beforeEach(async () => {
  folder = await ConfFolder.create();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function load(options = {}): Promise<ConfSnapshot> {
  return (await folder.store(options)).snapshot();
}

describe('a configuration store', () => {
  it('loads every kind of file in byte order, the first network being the default one', async () => {
    await folder.write('b.conf', { cniVersion: '0.4.0', name: 'old', type: 'ptp' });
    const file = await folder.write('Z.conflist', list('listed'));
    await folder.write('a.json', { name: 'json', type: 'macvlan' });
    await folder.write('c.txt', 'not looked at');
    const snapshot = await load();
    expect(names(snapshot)).toEqual(['listed', 'json', 'old']);
    expect(snapshot.defaultNetwork).toBe(snapshot.networks[0]);
    expect(snapshot.networks[0]).toMatchObject({ name: 'listed', file, list: { cniVersion: '1.0.0' } });
    expect(snapshot.networks[2]?.list).toMatchObject({
      cniVersion: '0.4.0',
      plugins: [{ network: { type: 'ptp' } }],
    });
    expect(snapshot).toMatchObject({ problems: [], generation: 1 });
  });

  it('is empty without files, and without a folder', async () => {
    const empty = { networks: [], defaultNetwork: undefined, problems: [], generation: 1 };
    expect(await load()).toEqual(empty);
    await rm(folder.confDir, { recursive: true });
    expect(await load()).toEqual(empty);
  });

  it('gives snapshots that nobody can change', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'bridge', ipam: { ranges: [[{}]] } }] }));
    await folder.write('b.conflist', '{');
    const unfrozen: unknown[] = [];
    const visit = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) unfrozen.push(value);
      Object.values(value).forEach(visit);
    };
    visit(await load());
    expect(unfrozen).toEqual([]);
    expectTypeOf<ConfSnapshot['networks']>().toEqualTypeOf<readonly LoadedNetwork[]>();
  });

  it('uses the named default network, and none until it exists', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store({ defaultNetwork: 'b' });
    expect(store.snapshot().defaultNetwork).toBeUndefined();
    await folder.write('b.conflist', list('b'));
    expect((await store.reload()).defaultNetwork?.name).toBe('b');
    await folder.remove('b.conflist');
    expect((await store.reload()).defaultNetwork).toBeUndefined();
  });

  it('leaves out the files that the filter refuses', async () => {
    await folder.write('own-a.conflist', list('a'));
    await folder.write('b.conflist', '{');
    const snapshot = await load({ filter: (fileName: string) => fileName.startsWith('own-') });
    expect([names(snapshot), briefly(snapshot)]).toEqual([['a'], []]);
  });

  it('names a network without a name after its file, in its text too', async () => {
    await folder.write('10-list.conflist', list(''));
    await folder.write('20-old.conf', { type: 'ptp' });
    const snapshot = await load();
    expect(names(snapshot)).toEqual(['10-list', '20-old']);
    expect(snapshot.networks.map(({ list: { bytes } }) => networkConfFromBytes(bytes).name)).toEqual(
      names(snapshot),
    );
  });

  it('takes plugins from the drop-in folder, that of a name from the file included', async () => {
    await folder.write('a.conflist', list('net'));
    await folder.write('net/10-more.conf', { type: 'tuning' });
    await folder.write('b.conflist', list(''));
    await folder.write('b/10-more.conf', { type: 'firewall' });
    const types = (await load()).networks.map(({ list: { plugins } }) =>
      plugins.map(({ network }) => network.type),
    );
    expect(types).toEqual([
      ['bridge', 'tuning'],
      ['bridge', 'firewall'],
    ]);
  });

  it('has no drop-in folder for a file with one plugin, and asks no plugins of a list that has one', async () => {
    await folder.write('a.conf', { cniVersion: '1.0.0', name: '', type: 'ptp' });
    await folder.write('a/10-more.conf', { type: 'tuning' });
    await folder.write('b.conflist', { cniVersion: '1.0.0', name: '' });
    await folder.write('b/10-more.conf', { type: 'firewall' });
    const { networks, problems } = await load();
    const types = networks.map(({ list: { plugins } }) => plugins.map(({ network }) => network.type));
    expect([types, problems]).toEqual([[['ptp'], ['firewall']], []]);
  });

  it.each(['bogus', '9.0.0'])('does not use a network of the version %s', async (cniVersion) => {
    const file = await folder.write('a.conflist', list('a', { cniVersion }));
    await folder.write('b.conflist', list('b'));
    const { defaultNetwork, problems } = await load();
    expect(defaultNetwork?.name).toBe('b');
    expect(problems).toEqual([
      {
        file,
        code: 'ERR_VERSION',
        network: 'a',
        jsonPath: '$.cniVersion',
        reason: expect.stringContaining(cniVersion),
      },
    ]);
  });

  it('gives a name to the first file that has it and reports the others', async () => {
    const first = await folder.write('a.conflist', list('same'));
    const second = await folder.write('b.conf', { name: 'same', type: 'ptp' });
    const { networks, problems } = await load();
    expect(networks.map(({ file }) => file)).toEqual([first]);
    expect(problems).toEqual([
      {
        file: second,
        code: 'ERR_CONFLICT',
        reason: expect.stringContaining(first),
        jsonPath: '$.name',
        hint: expect.any(String),
      },
    ]);
  });

  it('uses the first 1024 files and reports that there are more', async () => {
    const indices = Array.from({ length: 1030 }, (_, index) => String(index).padStart(4, '0'));
    await Promise.all(indices.map((index) => folder.write(`${index}.conflist`, list(`n${index}`))));
    const { networks, problems } = await load();
    expect([networks.length, networks[0]?.name, networks.at(-1)?.name]).toEqual([1024, 'n0000', 'n1023']);
    expect(problems).toEqual([
      { file: folder.confDir, code: 'ERR_CONF_INVALID', reason: expect.stringContaining('1030') },
    ]);
  });
});

describe('a problem', () => {
  it.each([
    ['a.conflist', '{ "name": ', undefined, undefined],
    ['a.conflist', '', undefined, undefined],
    ['a.conflist', '[]', '$', undefined],
    ['a.conflist', { plugins: [{ type: 'bridge' }] }, '$.name', undefined],
    ['a.conflist', list('n', { plugins: [{ type: 'x' }, {}] }), '$.plugins[1].type', undefined],
    ['a.conflist', list('../n'), '$.name', undefined],
    ['a.conflist', list('-n'), '$.name', undefined],
    ['a b.conflist', list(''), '$.name', 'it has no name, so its name is that of the file: give it one'],
    ['a.conflist', { name: 'n', plugins: [] }, '$.plugins', undefined],
    ['a.conflist', { name: 'n', type: 'ptp' }, undefined, 'has type and no plugins[]: rename to a.conf'],
    ['a.conf', list('n'), '$.type', 'has plugins[]: rename to a.conflist'],
    ['a.json', list('n'), '$.type', 'has plugins[]: rename to a.conflist'],
    ['a.conf', list('n', { type: 'ptp' }), '$.plugins', 'has plugins[]: rename to a.conflist'],
    ['a.conf', { name: 'n' }, '$.type', undefined],
  ])(
    'of %s with %j names place and way out, and spares the other files',
    async (name, content, jsonPath, hint) => {
      const file = await folder.write(name, content);
      await folder.write('good.conflist', list('good'));
      const { networks, problems } = await load();
      expect(networks.map((network) => network.name)).toEqual(['good']);
      expect(problems).toEqual([
        {
          file,
          code: 'ERR_CONF_INVALID',
          reason: expect.stringMatching(/\S/),
          ...(jsonPath && { jsonPath }),
          ...(hint && { hint }),
        },
      ]);
    },
  );

  it.each(['conflist', 'conf'])('is a .%s that is nested too deeply to work with', async (extension) => {
    const depth = 200_000;
    const nested = '['.repeat(depth) + ']'.repeat(depth);
    const content = `{"name":"a","type":"bridge","plugins":${nested}}`;
    await folder.write(`a.${extension}`, content);
    await folder.write('good.conflist', list('good'));
    const snapshot = await load();
    expect([names(snapshot), briefly(snapshot)]).toEqual([['good'], [`a.${extension} ERR_CONF_INVALID`]]);
  });

  it('of a drop-in file names that file', async () => {
    await folder.write('a.conflist', list('a'));
    const file = await folder.write('a/x.conf', '{}');
    expect((await load()).problems).toMatchObject([{ file, jsonPath: '$.type' }]);
  });

  it('is what is not a regular file, or larger than 1 MiB, and neither is waited for', async () => {
    execFileSync('mkfifo', [join(folder.confDir, 'a.conflist')]);
    await symlink('/dev/zero', join(folder.confDir, 'b.conf'));
    await folder.write('c.conflist', list('c', { filler: 'x'.repeat(1024 * 1024) }));
    await mkdir(join(folder.confDir, 'd.conflist'));
    expect(briefly(await load())).toEqual([
      'a.conflist ERR_CONF_INVALID',
      'b.conf ERR_CONF_INVALID',
      'c.conflist ERR_CONF_INVALID',
    ]);
  });

  it('is a link that leads nowhere, unless it is the lock of an editor', async () => {
    await symlink('gone', join(folder.confDir, 'a.conflist'));
    await symlink('someone@host.1', join(folder.confDir, '.#b.conflist'));
    expect(briefly(await load())).toEqual(['a.conflist ERR_CONF_NOT_FOUND']);
  });

  it('is a file that may not be read', async () => {
    await folder.write('a.conflist', list('a'));
    await chmod(folder.root, 0o755);
    await chmod(await folder.write('b.conflist', list('b')), 0o000);
    const snapshot = await asNobody(() => load());
    expect([names(snapshot), briefly(snapshot)]).toEqual([['a'], ['b.conflist ERR_PERMISSION']]);
  });

  it('is not a file that goes away while the folder is read', async () => {
    await folder.write('a.conflist', list('a'));
    await folder.write('b.conf', { name: 'b', type: 'bridge' });
    // The filter is asked between the reading of the folder and that of its files.
    const filter = (fileName: string) => {
      rmSync(join(folder.confDir, fileName));
      return true;
    };
    expect(await load({ filter })).toMatchObject({ networks: [], problems: [] });
  });
});

describe('a reload', () => {
  it('without a difference gives the same snapshot and tells nobody', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store();
    const before = store.snapshot();
    let changes = 0;
    store.on('change', () => {
      changes += 1;
    });
    await folder.replace('a.conflist', list('a'));
    expect(await store.reload()).toBe(before);
    expect(changes).toBe(0);
  });

  it('gives a new snapshot of the next generation, and leaves the old one as it was', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store();
    const before = store.snapshot();
    const told: ConfSnapshot[] = [];
    store.on('change', (snapshot) => told.push(snapshot));
    await folder.write('a.conflist', list('a', { own: 1 }));
    const after = await store.reload();
    expect([before.generation, after.generation]).toEqual([1, 2]);
    expect(before.networks[0]?.list.bytes).toBe(JSON.stringify(list('a')));
    expect(told).toEqual([after]);
  });

  it('of an emptied folder gives an empty snapshot', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store();
    await folder.remove('a.conflist');
    expect(await store.reload()).toMatchObject({ networks: [], defaultNetwork: undefined, generation: 2 });
  });

  it('of a folder that cannot be read keeps the snapshot and says why', async () => {
    await folder.write('a.conflist', list('a'));
    await chmod(folder.root, 0o755);
    const store = await folder.store();
    const before = store.snapshot();
    const told: unknown[] = [];
    store.on('problems', (problems) => told.push(problems));
    await chmod(folder.confDir, 0o000);
    expect(await asNobody(() => store.reload())).toBe(before);
    expect(store.problems).toMatchObject([{ file: folder.confDir, code: 'ERR_PERMISSION' }]);
    await chmod(folder.confDir, 0o755);
    expect(await store.reload()).toBe(before);
    expect(store.problems).toEqual([]);
    expect(told).toEqual([[expect.objectContaining({ code: 'ERR_PERMISSION' })], []]);
  });

  it('that meets a fault of the machine keeps the snapshot, whose networks may all be there still', async () => {
    await folder.write('a.conflist', list('a'));
    await folder.write('b.conflist', list('b'));
    const store = await folder.store();
    const before = store.snapshot();
    await folder.remove('b.conflist');
    // Reading the memory of a process from its start is an input/output error.
    await symlink('/proc/self/mem', join(folder.confDir, 'b.conflist'));
    expect(await store.reload()).toBe(before);
    expect(store.problems).toMatchObject([{ reason: expect.stringContaining('EIO') }]);
  });

  it('of a file in the place of the folder keeps the snapshot', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store();
    await rm(folder.confDir, { recursive: true });
    await writeFile(folder.confDir, '');
    expect(names(await store.reload())).toEqual(['a']);
    expect(briefly(store)).toEqual(['net.d ERR_CONF_INVALID']);
  });

  it('that is requested many times at the same time serves all with the newest state', async () => {
    const store = await folder.store();
    const first = store.reload();
    await folder.write('a.conflist', list('a'));
    const snapshots = await Promise.all(Array.from({ length: 100 }, () => store.reload()));
    await first;
    expect(snapshots.map(names)).toEqual(snapshots.map(() => ['a']));
    expect(store.snapshot().generation).toBe(2);
  });

  it('is refused once the store is disposed of, which can be done twice', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store();
    const running = store.reload();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(store.reload()).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(names(store.snapshot())).toEqual(['a']);
  });
});

describe('the policy strict', () => {
  it('refuses to start with any problem, and names all of them', async () => {
    const first = await folder.write('a.conflist', '{');
    const second = await folder.write('b.conf', list('b'));
    await folder.write('c.conflist', list('c'));
    const error: unknown = await load({ policy: 'strict' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LibcniAggregateError);
    expect(error).toMatchObject({
      code: 'ERR_CONF_INVALID',
      errors: [{ file: first }, { file: second, message: expect.stringContaining('rename to b.conflist') }],
    });
  });

  it('keeps the last good snapshot for as long as there are problems', async () => {
    await folder.write('a.conflist', list('a'));
    const store = await folder.store({ policy: 'strict' });
    const before = store.snapshot();
    await folder.write('b.conflist', '{');
    expect(await store.reload()).toBe(before);
    expect(briefly(store)).toEqual(['b.conflist ERR_CONF_INVALID']);
    await folder.write('b.conflist', list('b'));
    expect(names(await store.reload())).toEqual(['a', 'b']);
    expect(store.problems).toEqual([]);
  });
});

describe('options', () => {
  it.each([{ debounceMs: 0 }, { debounceMs: Number.NaN }, { pollMs: -1 }, { pollMs: 2 ** 31 }])(
    '%j are refused',
    async (options) => {
      await expect(load(options)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    },
  );

  it('with a filter that throws are reported to the caller', async () => {
    await folder.write('a.conflist', list('a'));
    const broken = () => {
      throw new TypeError('broken filter');
    };
    await expect(load({ filter: broken })).rejects.toThrow('broken filter');
  });
});
