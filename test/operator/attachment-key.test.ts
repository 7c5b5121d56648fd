import { describe, expect, it } from 'vitest';
import {
  type AttachmentKey,
  isSameAttachment,
  keyFromUniqueName,
  recordName,
  uniqueName,
} from '../../src/operator/attachment-key.js';

const key: AttachmentKey = { network: 'n', containerId: 'c', ifName: 'eth0' };

describe('the names of an attachment', () => {
  it('are those of its files', () => {
    expect([recordName(key), uniqueName(key)]).toEqual(['n-c-eth0', 'n+c+eth0']);
    expect(keyFromUniqueName('n+c+a+b')).toEqual({ ...key, ifName: 'a+b' });
  });

  it.each(['..', '.', '', 'x/..', '/x', 'x\0'])('are refused where one of them is %j', (name) => {
    for (const part of ['network', 'containerId', 'ifName']) {
      for (const named of [recordName, uniqueName]) {
        expect(() => named({ ...key, [part]: name })).toThrow(
          expect.objectContaining({ code: 'ERR_CONF_INVALID', value: name }),
        );
      }
      expect(isSameAttachment(key, { ...key, [part]: name })).toBe(false);
    }
  });

  it('are refused where they are those of a lock that is not of an attachment', () => {
    const locks = { ...key, network: '.turn-n' };
    expect(() => recordName(locks)).toThrow(expect.objectContaining({ code: 'ERR_CONF_INVALID' }));
  });

  it.each(['.gc+c+eth0', 'n+.c+eth0', 'n+c+..', 'n+c', 'n+c+eth0 1'])(
    'are not read from %j, which no attachment has',
    (name) => {
      expect(keyFromUniqueName(name)).toBeUndefined();
    },
  );
});
