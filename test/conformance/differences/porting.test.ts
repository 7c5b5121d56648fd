import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportedNames } from '../harness/exported-names.js';
import { findReference } from '../harness/find-reference.js';

const guide = readFileSync(new URL('../../../docs/porting.md', import.meta.url), 'utf8');
const words = new Set(guide.match(/\w+/g));
const reference = findReference();
const types = ['pkg/types', 'pkg/types/create', 'pkg/types/020', 'pkg/types/040', 'pkg/types/100'];

test.each(['libcni', 'pkg/invoke', ...types, 'pkg/utils', 'pkg/version', 'pkg/ns', 'pkg/skel'])(
  'the guide for porting has every exported name of %s',
  (name) => {
    const names = exportedNames(join(reference, name));
    expect(names).not.toEqual([]);
    expect(names.filter((exported) => !words.has(exported))).toEqual([]);
  },
);
