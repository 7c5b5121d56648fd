import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireNoAttachments, writeAttachments } from '../../bench/suites/fixtures.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-fixtures-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a cache that is not empty has not been collected', async () => {
  await writeAttachments(folder, { count: 3, config: '{}' });
  await expect(requireNoAttachments(folder)).rejects.toThrow('3 attachments were not removed');
  rmSync(join(folder, 'results'), { recursive: true });
  await writeAttachments(folder, { count: 0, config: '{}' });
  await requireNoAttachments(folder);
});
