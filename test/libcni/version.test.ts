import { describe, expect, it } from 'vitest';
import { compareVersions, isAtLeast, parseVersion } from '../../src/libcni/version.js';

describe('versions', () => {
  it.each([
    ['', [0, 1, 0]],
    ['1', [1, 0, 0]],
    ['1.2', [1, 2, 0]],
    ['0.3.1', [0, 3, 1]],
    ['+1.-2.03', [1, -2, 3]],
  ])('reads %j', (text, parts) => {
    expect(parseVersion(text)).toEqual(parts);
  });

  it.each(['a', '1.', '.1', '1.2.3.4', '1.x', ' 1', '1_0', '99999999999999999999'])('refuses %j', (text) => {
    expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: 'ERR_VERSION', value: text }));
  });

  it('compares part by part', () => {
    expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0);
    expect(compareVersions('1', '1.0.0')).toBe(0);
    expect(isAtLeast('', '0.1.0')).toBe(true);
    expect(isAtLeast('0.3.1', '0.4.0')).toBe(false);
  });
});
