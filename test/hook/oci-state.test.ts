import { describe, expect, it } from 'vitest';
import { parseOciState } from '../../src/hook/oci-state.js';
import { LibcniError } from '../../src/index.js';

const runc = '{"ociVersion":"1.0.2-dev","id":"c1","status":"creating","pid":23847,"bundle":"/b"}';
const crun = '{"ociVersion":"1.0","id":"c2","pid":0,"root":"rootfs","bundle":"/b","status":"stopped"}';

function refusal(text: string): LibcniError {
  try {
    parseOciState(text);
  } catch (error) {
    if (error instanceof LibcniError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('the state of a container', () => {
  it('is taken as runc and crun write it, with what only one of them knows', () => {
    expect(parseOciState(runc)).toMatchObject({ id: 'c1', pid: 23847, status: 'creating' });
    expect(parseOciState(crun)).toMatchObject({ id: 'c2', root: 'rootfs' });
  });

  it('has no annotations where a runtime writes null', () => {
    expect(parseOciState(runc.replace('}', ',"annotations":null}')).annotations).toBeUndefined();
  });

  it.each([
    ['a missing id', '{"ociVersion":"1.0","status":"created","bundle":"/b"}', '$.id', 'is missing'],
    ['an id that is a number', runc.replace('"c1"', '5'), '$.id', 'must be a string, not 5'],
    ['a pid with a fraction', runc.replace('23847', '1.5'), '$.pid', 'must be a whole number, not 1.5'],
    ['a pid that is a string', runc.replace('23847', '"23847"'), '$.pid', 'must be a number, not "23847"'],
    ['a relative bundle', runc.replace('"/b"', '"b"'), '$.bundle', 'must be an absolute path, not "b"'],
    [
      'an annotation that is a number',
      runc.replace('}', ',"annotations":{"a":1}}'),
      '$.annotations.a',
      'must be a string, not 1',
    ],
    ['an array', '[]', '$', 'must be an object, not an array'],
  ])('is refused for %s, with the place and what would be right', (_, text, jsonPath, right) => {
    const message = `the OCI state cannot be used: ${jsonPath} ${right}`;
    expect(refusal(text)).toMatchObject({ code: 'ERR_CONF_INVALID', jsonPath, message });
  });

  it('is refused where it is no JSON, or larger than 1 MiB', () => {
    expect(refusal('{"ociVersion":').message).toContain('the OCI state is not valid JSON');
    const large = runc.replace('}', `,"annotations":{"a":"${'x'.repeat(1024 * 1024)}"}}`);
    expect(refusal(large).message).toContain('larger than');
  });
});
