import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { withOwnClassNames } from '../../scripts/setup/class-names.mjs';
import * as library from '../../src/index.js';

const source = `
  class Thing extends Error { static made = 0; static make() { return new Thing(); } isThing(o) { return o instanceof Thing; } }
  class _Other {}
  globalThis.classNamesTest = [Thing.make().constructor.name, Thing.make().isThing(Thing.make()), new _Other().constructor.name];`;

it('classes of a bundle have the names of their sources', async () => {
  const options = {
    stdin: { contents: source },
    bundle: true,
    write: false,
    minifyWhitespace: true,
  } as const;
  const [bundle] = (await build(options)).outputFiles;
  expect(bundle?.text).toContain('class _Thing');
  // biome-ignore lint/security/noGlobalEval: it is what is tested.
  globalThis.eval(withOwnClassNames(bundle?.text ?? ''));
  expect(Reflect.get(globalThis, 'classNamesTest')).toEqual(['Thing', true, '_Other']);
});

it('classes of the package have the names that they are exported by', async () => {
  const classes = Object.entries(library).filter(([, value]) => /^class\b/.test(String(value)));
  expect(classes.length).toBeGreaterThan(8);
  const dist: Record<string, unknown> = await import(new URL('../../dist/index.js', import.meta.url).href);
  for (const [name] of classes) expect(Reflect.get(Object(dist[name]), 'name')).toBe(name);
});
