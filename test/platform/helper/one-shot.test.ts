import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findHelperBinary } from '../../../src/platform/helper/index.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-shot-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  return spawnSync(findHelperBinary() ?? 'cni-helper', args, { encoding: 'utf8' });
}

describe('the helper at a shell', () => {
  it('says its version', () => {
    expect(run('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^cni-helper \d.*protocol 8/),
    });
  });

  it.each([
    [[]],
    [['nonsense']],
    [['netns']],
    [['netns', 'create']],
    [['exec', '/x', 'true']],
    [['serve', 'extra']],
    [['serve', '--orphan-ms']],
    [['serve', '--orphan-ms', '-1']],
    [['serve', '--orphan-ms', 'soon']],
  ])('shows its usage for %j', (args) => {
    expect(run(...args)).toMatchObject({ status: 64, stderr: expect.stringContaining('Usage:') });
  });

  it('says what is wrong with a path', () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'mine');
    expect(run('netns', 'inspect', plain).stdout).toContain('netns=no');
    expect(run('netns', 'remove', plain)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Invalid'),
    });
    expect(run('netns', 'inspect', join(folder, 'none')).stderr).toContain('No such file or directory');
    expect(run('netns', 'remove', join(folder, 'none')).status).toBe(0);
    expect(run('exec', plain, '--', 'true').stderr).toContain('setns');
  });

  it('lists nothing where there is nothing', () => {
    expect(run('netns', 'list', folder)).toMatchObject({ status: 0, stdout: '' });
    expect(run('netns', 'list', join(folder, 'none'))).toMatchObject({ status: 0, stdout: '' });
  });
});
