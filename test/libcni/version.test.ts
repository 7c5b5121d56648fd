import { describe, expect, it } from 'vitest';
import { LibcniError } from '../../src/index.js';
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

  it('takes as many zeros in front of a number as there are, as Go does', () => {
    const zeros = '0'.repeat(1_000_000);
    expect(parseVersion(`${zeros}.+${zeros}1.-${zeros}9223372036854775808`)).toEqual([0, 1, -(2 ** 63)]);
    expect(() => parseVersion(`${zeros}9223372036854775808`)).toThrow(LibcniError);
  });

  it('refuses millions of digits without calculating with them', () => {
    const started = performance.now();
    expect(() => parseVersion('9'.repeat(10_000_000))).toThrow(LibcniError);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('compares part by part', () => {
    expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0);
    expect(compareVersions('1', '1.0.0')).toBe(0);
    expect(isAtLeast('', '0.1.0')).toBe(true);
    expect(isAtLeast('0.3.1', '0.4.0')).toBe(false);
  });
});
