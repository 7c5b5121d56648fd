import { describe, expect, it } from 'vitest';
import { compareIdentities, netnsIdentity } from '../../../src/platform/netns/index.js';

const own = netnsIdentity({ cookie: 7n, device: 4n, inode: 4026532001n });
const boot = own.split(' ')[0] ?? '';
const text = (parts: string) => parts.replace('BOOT', boot);

describe('whether two namespaces are the same', () => {
  it('the identity has boot, cookie, device and inode, and leaves out what is not known', () => {
    expect(own).toMatch(/^boot=[0-9a-f-]{36} cookie=7 device=4 inode=4026532001$/);
    expect(netnsIdentity({ cookie: 0n, device: 4n, inode: 5n })).toBe(`${boot} device=4 inode=5`);
  });

  it.each([
    ['the same cookie of the same boot, whatever else', 'BOOT cookie=7 device=9 inode=9', 'same'],
    ['another cookie, though the inode is given again', 'BOOT cookie=8 device=4 inode=4026532001', 'another'],
    ['another boot, though all else is the same', 'boot=x cookie=7 device=4 inode=4026532001', 'another'],
    ['no cookie, and another inode', 'BOOT device=4 inode=9', 'another'],
    ['no cookie, and another device', 'BOOT device=9 inode=4026532001', 'another'],
    ['no cookie, and the same inode', 'BOOT device=4 inode=4026532001', 'unknown'],
    ['an inode alone that is the same', 'inode=4026532001', 'unknown'],
    ['an inode alone that is another one', 'inode=9', 'another'],
    ['no boot, though the cookie is the same', 'cookie=7 inode=4026532001', 'unknown'],
    ['text that says nothing', 'odd text = ', 'unknown'],
  ])('%s', (_, other, verdict) => {
    expect(compareIdentities(own, text(other))).toBe(verdict);
    expect(compareIdentities(text(other), own)).toBe(verdict);
  });

  it('nothing is known of one that nobody recorded', () => {
    expect(compareIdentities(undefined, own)).toBe('unknown');
  });
});
