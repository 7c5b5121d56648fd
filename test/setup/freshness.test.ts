import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFresh, makeDated } from '../../scripts/setup/freshness.mjs';

let folder = '';
let [output, sources, source] = ['', '', ''];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-setup-'));
  [output, sources] = [join(folder, 'output'), join(folder, 'sources')];
  source = join(sources, 'one.c');
  mkdirSync(sources);
  writeFileSync(source, '');
  for (const path of [source, sources]) utimesSync(path, 1000, 1000);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('what is made of sources', () => {
  it('is fresh until a source is edited or goes', () => {
    expect(isFresh(output, [sources])).toBe(false);
    makeDated(output, () => writeFileSync(output, 'made'));
    expect(isFresh(output, [sources])).toBe(true);
    utimesSync(source, 1000, Date.now() / 1000 + 1);
    expect(isFresh(output, [sources])).toBe(false);
    unlinkSync(source);
    utimesSync(sources, 1000, Date.now() / 1000 + 1);
    expect(isFresh(output, [sources])).toBe(false);
  });

  it('is not fresh when a source was edited while it was made', () => {
    makeDated(output, () => {
      const until = Date.now() + 10;
      while (Date.now() < until);
      writeFileSync(source, 'edited');
      writeFileSync(output, 'made');
    });
    expect(isFresh(output, [source])).toBe(false);
  });
});
