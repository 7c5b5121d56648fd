import { expect, it } from 'vitest';
import * as library from '../../src/index.js';
import * as testing from '../../src/testing/index.js';

const disposable = Object.entries({ ...library, ...testing }).flatMap(([name, exported]) => {
  const methods: unknown = typeof exported === 'function' ? exported.prototype : undefined;
  return typeof methods === 'object' && methods !== null && Symbol.asyncDispose in methods
    ? [{ name, methods }]
    : [];
});

it.each(disposable)('$name also has a method that does what `await using` does', ({ name, methods }) => {
  // The end of a handle of a namespace is the removal of the namespace, so it is called that.
  expect(methods).toHaveProperty(name === 'Netns' ? 'remove' : 'close');
});

it('there are such classes', () => {
  expect(disposable.length).toBeGreaterThan(5);
});
