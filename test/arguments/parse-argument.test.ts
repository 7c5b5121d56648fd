import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import {
  aboutWhole,
  booleanField,
  choiceField,
  folderField,
  foldersField,
  judgedField,
  keys,
  limitFields,
  objectField,
  optional,
  textField,
  textsField,
} from '../../src/arguments/fields.js';
import {
  checkArgument,
  parseArgument,
  parseJsonArgument,
  parseOptions,
} from '../../src/arguments/parse-argument.js';
import { LibcniError } from '../../src/index.js';
import { validateInterfaceName } from '../../src/libcni/names.js';

const network = keys(
  { name: textField(), ifName: optional(textField()) },
  'an object with the name of a network',
);

const schema = keys({
  id: textField(),
  dir: optional(folderField()),
  binDirs: optional(foldersField()),
  networks: optional(z.array(network, { error: 'must be an array' })),
  order: optional(choiceField('plain', 'cri')),
  annotations: optional(textsField()),
  capabilityArgs: optional(objectField()),
  watch: optional(booleanField()),
  ...limitFields(),
});

function refusalOf(call: () => unknown): LibcniError {
  try {
    call();
  } catch (error) {
    if (error instanceof LibcniError) return error;
    throw error;
  }
  return expect.unreachable('it was taken');
}

describe('an argument', () => {
  it('comes back with what its schema says, and without null', () => {
    const given = { id: 'c1', networks: [{ name: 'a', ifName: null }], order: null, timeoutMs: 5 };
    const parsed = parseArgument(schema, given, 'request');
    expect(parsed).toEqual({ id: 'c1', networks: [{ name: 'a' }], timeoutMs: 5 });
    expectTypeOf(parsed.order).toEqualTypeOf<'plain' | 'cri' | undefined>();
  });

  it.each<[unknown, string, unknown]>([
    [undefined, 'request must be an object, not undefined', undefined],
    [['c1'], 'request must be an object, not an array', ['c1']],
    [{}, 'request.id must be a string, not undefined', undefined],
    [{ id: 7 }, 'request.id must be a string, not 7', 7],
    [{ id: 'c', dir: '' }, 'request.dir must be the path of a folder, not ""', ''],
    [{ id: 'c', binDirs: '/opt' }, 'request.binDirs must be an array of folders, not "/opt"', '/opt'],
    [{ id: 'c', binDirs: ['a', 5] }, 'request.binDirs[1] must be a path without NUL, not 5', 5],
    [{ id: 'c', networks: ['a'] }, 'request.networks[0] must be an object with the name of a network', 'a'],
    [{ id: 'c', order: 'CRI' }, 'request.order must be one of plain, cri, not "CRI"', 'CRI'],
    [{ id: 'c', annotations: { 'a.b/c': 1 } }, 'request.annotations["a.b/c"] must be a string, not 1', 1],
    [{ id: 'c', signal: {} }, 'request.signal must be an AbortSignal, not an object', {}],
    [{ id: 'c', timeoutMs: Number.NaN }, 'request.timeoutMs must be a number of milliseconds', Number.NaN],
    [{ id: 'c', timeout: 500 }, 'request.timeout does not exist; did you mean timeoutMs?', 500],
    [{ ID: 'c' }, 'request.ID does not exist; did you mean id?', 'c'],
    [
      { id: 'c', networks: [{ name: 'a', ifname: 'eth1' }] },
      'request.networks[0].ifname does not exist; did you mean ifName?',
      'eth1',
    ],
    [{ id: 'c', x: 1 }, 'request.x does not exist; there are id, dir, binDirs,', 1],
  ])('that is wrong is refused: %j', (given, says, value) => {
    const error = refusalOf(() => parseArgument(schema, given, 'request'));
    expect(error).toMatchObject({ code: 'ERR_CONF_INVALID', value });
    expect(error.message).toContain(says);
  });

  it('that is a promise is refused, even if all keys are optional', () => {
    const later = Promise.resolve({ id: 'c' });
    const error = refusalOf(() => parseOptions(keys(limitFields()), later));
    expect(error.message).toContain('options must be an object, not a promise (is an await missing?)');
  });

  it('whose parts do not go together is refused with the message of its schema alone', () => {
    const error = 'must have either a or b';
    const either = keys({ a: z.string().optional(), b: z.string().optional() });
    const field = either.refine(({ a, b }) => (a ?? b) !== undefined, aboutWhole(error));
    expect(refusalOf(() => parseArgument(field, {}, 'rt')).message).toBe('rt must have either a or b');
  });

  it('that a custom function checks is refused with the message of that function', () => {
    const field = keys({ ifName: judgedField<string>(validateInterfaceName) });
    const error = refusalOf(() => parseArgument(field, { ifName: 'a/b' }, 'rt'));
    const { message } = refusalOf(() => validateInterfaceName('a/b'));
    expect(error).toMatchObject({ message: `${message} (at $.ifName)`, value: 'a/b' });
  });

  it.each<[unknown, string]>([
    [{ port: { hostPort: 'x' } }, 'request.port.hostPort must be a number, not "x"'],
    [{ port: { hostport: 5 } }, 'request.port.hostport does not exist; did you mean hostPort?'],
    [{ port: 5 }, 'request.port must be a port, not 5'],
  ])('of several kinds is refused for what is wrong in the kind that was meant: %j', (given, says) => {
    const port = z.union([z.string(), keys({ hostPort: z.number() })], { error: 'must be a port' });
    expect(() => parseArgument(keys({ port }), given, 'request')).toThrow(says);
  });

  it.each<[z.ZodType, unknown, string]>([
    [z.string(), 5, 'a must be a string, not 5'],
    [z.int(), 'x', 'a must be a number, not "x"'],
    [z.enum(['x', 'y']), 'z', 'a must be one of x, y, not "z"'],
    [z.number().min(3), 1, 'a must be at least 3, not 1'],
    [z.array(z.string()).min(2), ['x'], 'a must have a number of elements of at least 2, not an array'],
    [z.strictObject({ timeoutMs: z.number().optional() }), { timeout: 1 }, 'did you mean timeoutMs?'],
  ])('of a plain type of zod is refused in the same words', (plain, given, says) => {
    expect(() => parseArgument(plain, given, 'a')).toThrow(says);
  });

  it('of JSON has no null at any depth', () => {
    const deep = z.object({ list: z.array(z.strictObject({ a: z.string().optional() })) });
    expect(parseJsonArgument(deep, { list: [{ a: null, b: null }] }, 'a')).toEqual({ list: [{}] });
  });

  it('that is only checked is returned as the same object', () => {
    const given = { id: 'c1' };
    expect(checkArgument(schema, given, 'request')).toBe(given);
  });
});

it.each([[undefined], [null], [{}]])('options may be left out: %s', (given) => {
  expect(parseOptions(keys(limitFields()), given)).toEqual({});
});
