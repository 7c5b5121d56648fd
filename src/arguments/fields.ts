import * as z from 'zod';
import { isOwnError } from '../errors/own-error.js';
import { lazy } from './lazy.js';

// The building blocks of the schemas of arguments. Their messages follow the name of the argument: "must be a string".

/**
 * An object with these keys and no others. An unknown key is refused, with the name that was probably meant.
 * An optional key that is `null` counts as left out, since JSON has no other way to say it.
 *
 * @param expected - what the object is, for the message: `an object with the id of a container`
 */
export function keys<Shape extends z.ZodRawShape>(shape: Shape, expected = 'an object') {
  const known = Object.keys(shape);
  const required = known.filter((key) => shape[key]?._zod.optin !== 'optional');
  const object = z.strictObject(shape, unlessUnknown(`must be ${expected}`));
  // One step for all keys: a step for each would cost a microsecond per key.
  return z.preprocess((value) => (isKeyed(value) ? withoutAbsent(value, required) : value), object);
}

/** The message of an object for all but an unknown key, whose own message says which keys there are. */
export function unlessUnknown(message: string): z.core.$ZodObjectParams {
  return { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : message) };
}

/** For `refine` on an object whose parts do not go together. What was given is not added: "not an object" says nothing. */
export function aboutWhole(error: string) {
  return { error, params: { isAboutWhole: true } };
}

function withoutAbsent(given: object, required: readonly string[]): object {
  const isAbsent = (key: string) => (Reflect.get(given, key) ?? null) === null && !required.includes(key);
  if (!Object.keys(given).some(isAbsent)) return given;
  return Object.fromEntries(Object.entries(given).filter(([key]) => !isAbsent(key)));
}

/** A key that may be left out of an object of {@link keys}. */
export function optional<Field extends z.ZodType>(field: Field) {
  return field.optional();
}

/** A value that may be left out or be `null`, outside of an object of {@link keys}. */
export function absentOr<Field extends z.ZodType>(field: Field) {
  return field.nullish().transform((value) => value ?? undefined);
}

/** A string. */
export const textField = lazy(() => z.string({ error: 'must be a string' }));

/** True or false. */
export const booleanField = lazy(() => z.boolean({ error: 'must be true or false' }));

const TEXT_WITHOUT_NUL = { error: 'must be a string without NUL' };

/** A string that can be passed to the system. */
export const textWithoutNulField = lazy(() => z.string(TEXT_WITHOUT_NUL).regex(/^[^\0]*$/, TEXT_WITHOUT_NUL));

const PATH = { error: 'must be a path without NUL' };

/** The path of a file or folder. */
export const pathField = lazy(() => z.string(PATH).regex(/^[^\0]*$/, PATH));

const FOLDER = { error: 'must be the path of a folder' };

/** The path of a folder; not an empty string. */
export const folderField = lazy(() => z.string(FOLDER).regex(/^[^\0]+$/, FOLDER));

/** Folders to search, in order. */
export const foldersField = lazy(() => z.array(pathField(), { error: 'must be an array of folders' }));

/** Arguments for plugins, in their order. */
export const pairsField = lazy(() =>
  z.array(
    instance<readonly [string, string]>(
      'a [key, value] pair of strings',
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    ).transform(([key, value]): readonly [string, string] => [key, value]),
    { error: 'must be an array of [key, value] pairs' },
  ),
);

/** Strings by name, such as annotations. */
export const textsField = lazy(() =>
  z.record(z.string(), absentOr(textField()), { error: 'must be an object' }),
);

/** An object with any keys. */
export const objectField = lazy(() => instance<Record<string, unknown>>('an object', isKeyed));

/** One of these words. */
export function choiceField<const Choice extends string>(...choices: readonly [Choice, ...Choice[]]) {
  return z.enum(choices, { error: `must be one of ${choices.join(', ')}` });
}

/** Whether to accept folders that somebody other than root and this user may change. */
export const foreignFoldersField = lazy(() => choiceField('refuse', 'allow'));

/** A function, taken as it is. */
export function functionField<Called extends (...given: never[]) => unknown>() {
  return z.custom<Called>((value) => typeof value === 'function', { error: 'must be a function' });
}

/** An object recognised by its methods, taken as it is: its class may come from another copy of the package. */
export function instance<Object>(expected: string, isOne: (value: unknown) => boolean) {
  return z.custom<Object>(isOne, { error: `must be ${expected}` });
}

/** {@link instance} for an object with these methods. */
export function objectWith<Object>(expected: string, ...methods: readonly string[]) {
  return instance<Object>(
    expected,
    (value) => isKeyed(value) && methods.every((name) => typeof Reflect.get(value, name) === 'function'),
  );
}

/** A value that another function of the library checks. The error of that function is the one thrown. */
export function judgedField<Value>(judge: (value: Value) => unknown) {
  return z
    .custom<Value>(() => true)
    .superRefine((value, context) => {
      try {
        judge(value);
      } catch (error) {
        if (!isOwnError(error)) throw error;
        context.addIssue({ code: 'custom', message: error.message, params: { error } });
      }
    });
}

/** Cancels an operation from outside. */
const signalField = lazy(() =>
  instance<AbortSignal>(
    'an AbortSignal',
    (value) => isKeyed(value) && 'aborted' in value && 'addEventListener' in value,
  ),
);

/**
 * A time limit. `Infinity` means none. `NaN`, which a missing setting can become, would end a timer immediately or never.
 */
const timeoutField = lazy(() =>
  z.custom<number>((value) => typeof value === 'number' && value >= 0, {
    error: 'must be a number of milliseconds',
  }),
);

const MILLISECONDS = 'must be a positive number of milliseconds';

/** The longest time that a Node timer accepts. */
const MAX_MS = 2 ** 31 - 1;

/** A time to wait that a timer can measure. */
export const millisecondsField = lazy(() =>
  z.custom<number>((value) => typeof value === 'number' && value > 0 && value <= MAX_MS, {
    error: MILLISECONDS,
  }),
);

/** The options of everything that runs or waits. */
export const limitFields = lazy(() => ({
  signal: optional(signalField()),
  timeoutMs: optional(timeoutField()),
}));

/** Whether it is an object whose keys mean something: not an array, and not a promise. */
export function isKeyed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}
