import { describe, expect, it } from 'vitest';
import { ownCopy } from '../../src/arguments/own-copy.js';

describe('a copy of what a caller gave', () => {
  it('does not change with it, at any depth', () => {
    const given = { list: [{ port: 1 }], of: { a: [[1]] } };
    const copy = ownCopy(given);
    Object.assign(given.list[0] ?? {}, { port: 2 });
    given.of.a[0]?.push(2);
    expect(copy).toEqual({ list: [{ port: 1 }], of: { a: [[1]] } });
  });

  it('leaves objects of a class, and those that write their own JSON, as they are', () => {
    const own = { toJSON: () => 'own' };
    const given = { date: new Date(0), map: new Map(), own, signal: AbortSignal.abort(), none: null };
    const copy = ownCopy(given);
    for (const [key, value] of Object.entries(given)) expect(Reflect.get(copy, key)).toBe(value);
  });

  it('has keys such as __proto__ as its own', () => {
    const copy = ownCopy(JSON.parse('{"__proto__":{"a":[1]}}'));
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":[1]}}');
  });

  it('contains itself if the original does', () => {
    const given: { self?: unknown; both: unknown[] } = { both: [] };
    given.self = given;
    given.both.push(given, given);
    const copy = ownCopy(given);
    expect(copy).not.toBe(given);
    expect([copy.self, ...copy.both]).toEqual([copy, copy, copy]);
    expect(copy.self).toBe(copy);
  });

  it('ends where the nesting is deeper than anything that is accepted', () => {
    const deep = (levels: number): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = [value];
      return value;
    };
    expect(() => ownCopy(deep(100_000))).not.toThrow();
  });
});
