import { describe, expect, it } from 'vitest';
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../../src/index.js';

describe('names', () => {
  it.each(['a', 'Z9', 'a.b-c_d', '0', 'x'.repeat(300)])(
    'take %s as container id and network name',
    (name) => {
      expect(() => validateContainerId(name)).not.toThrow();
      expect(() => validateNetworkName(name)).not.toThrow();
    },
  );

  it.each(['', '.a', '-a', '_a', '../x', 'a/b', 'a b', '12%', 'ä', 'a\n', 'a\0'])('refuse %j', (name) => {
    const invalid = expect.objectContaining({ name: 'LibcniError', code: 'ERR_CONF_INVALID', value: name });
    expect(() => validateContainerId(name)).toThrow(invalid);
    expect(() => validateNetworkName(name)).toThrow(invalid);
  });

  it.each(['eth0', 'a', 'ü', 'veth@0', '-', '...', 'x'.repeat(15), '\u200B'])('take interface %j', (name) => {
    expect(() => validateInterfaceName(name)).not.toThrow();
  });

  it.each(['', '.', '..', 'a/b', 'a:b', 'a b', 'a\tb', 'a\u0085b', 'a\u00A0b', 'a\u2028b', 'a\u3000', 'a\0'])(
    'refuse interface %j',
    (name) => {
      expect(() => validateInterfaceName(name)).toThrow(
        expect.objectContaining({ code: 'ERR_CONF_INVALID' }),
      );
    },
  );

  it('count the bytes of an interface name, not its characters', () => {
    expect(() => validateInterfaceName('ü'.repeat(8))).toThrow(/15 bytes/);
  });
});
