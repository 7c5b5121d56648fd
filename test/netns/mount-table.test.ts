import { describe, expect, it } from 'vitest';
import { MountTable } from '../../src/netns/mount-table.js';

const line = (id: number, parent: number, path: string, root = '/', type = 'tmpfs') =>
  `${id} ${parent} 0:4 ${root} ${path} rw,relatime shared:${id} - ${type} source rw`;

function idsAt(path: string, ...lines: string[]): number[] {
  return new MountTable(`${lines.join('\n')}\n`).at(path).map(({ id }) => id);
}

describe('the mount table', () => {
  it('gives the mounts that a path leads to, the uppermost first', () => {
    const lines = [
      line(20, 1, '/'),
      line(30, 20, '/run'),
      line(40, 30, '/run/ns/a'),
      line(41, 40, '/run/ns/a'),
    ];
    expect(idsAt('/run/ns/a', ...lines)).toEqual([41, 40]);
    expect(idsAt('/run', ...lines)).toEqual([30]);
    expect(idsAt('/run/ns', ...lines)).toEqual([]);
  });

  it('leaves out what a mount over a folder hides', () => {
    const lines = [line(20, 1, '/'), line(40, 20, '/run/ns/a'), line(50, 20, '/run/ns')];
    expect(idsAt('/run/ns/a', ...lines)).toEqual([]);
    expect(idsAt('/run/ns/a', ...lines, line(51, 50, '/run/ns/a'))).toEqual([51]);
  });

  it('does without a line for the root, as in a chroot', () => {
    expect(idsAt('/ns/a', line(40, 7, '/ns'), line(41, 40, '/ns/a'))).toEqual([41]);
  });

  it('does without any line at all', () => {
    expect(new MountTable('').at('/ns/a')).toEqual([]);
  });

  it('ends where the root is its own parent', () => {
    expect(idsAt('/', line(1, 1, '/'))).toEqual([]);
    expect(idsAt('/a', line(1, 1, '/'), line(2, 1, '/a'))).toEqual([2]);
  });

  it('reads names with spaces, tabs, newlines and backslashes', () => {
    const table = new MountTable(line(40, 1, '/a\\040b\\011c\\012d\\134e\\134040', 'net:[7]', 'nsfs'));
    const name = '/a b\tc\nd\\e\\040';
    expect(table.at(name)).toMatchObject([{ mountPoint: name, root: 'net:[7]', type: 'nsfs' }]);
  });

  it('finds the type behind any number of tags', () => {
    const types = ['', 'shared:1 ', 'shared:1 master:2 propagate_from:3 '].map(
      (tags) => new MountTable(`40 1 0:4 / /a rw ${tags}- ext4 /dev/x rw`).mounts[0]?.type,
    );
    expect(types).toEqual(['ext4', 'ext4', 'ext4']);
  });
});
