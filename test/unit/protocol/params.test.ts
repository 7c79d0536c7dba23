/** Params as a query string, read back the way Plug reads it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlay, queryPairs, queryText, type Params } from '../../../src/protocol/params.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 200 });

type Decoded = string | string[] | Map<string, Decoded>;

/** `Plug.Conn.Query.decode`: form decoding, then nesting by brackets; the last value of a name wins. */
function plugDecode(query: string): Map<string, Decoded> {
  const root = new Map<string, Decoded>();
  for (const [name, value] of new URLSearchParams(query)) {
    const [first = '', ...rest] = name.replaceAll(']', '').split('[');
    insert(root, first, rest, value);
  }
  return root;
}

function insert(map: Map<string, Decoded>, key: string, rest: string[], value: string): void {
  const [next, ...deeper] = rest;
  const old = map.get(key);
  if (next === undefined) map.set(key, value);
  else if (next === '') map.set(key, [...(Array.isArray(old) ? old : []), value]);
  else insert(old instanceof Map ? old : childOf(map, key), next, deeper, value);
}

function childOf(map: Map<string, Decoded>, key: string): Map<string, Decoded> {
  const child = new Map<string, Decoded>();
  map.set(key, child);
  return child;
}

/** What must arrive: every scalar as text, and nothing where there was nothing. */
function expected(value: unknown): Decoded | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return nonEmpty(value.filter((item) => item !== null).map(String));
  return typeof value === 'object' ? expectedMap(value) : `${value as number}`;
}

function expectedMap(params: object): Map<string, Decoded> | null {
  const map = new Map<string, Decoded>();
  for (const [key, value] of Object.entries(params)) {
    const arrives = expected(value);
    if (arrives !== null) map.set(key, arrives);
  }
  return map.size === 0 ? null : map;
}

function nonEmpty(items: string[]): string[] | null {
  return items.length === 0 ? null : items;
}

function decoded(params: Params): Map<string, Decoded> {
  return plugDecode(queryText(queryPairs(params)));
}

function nested(depth: number): Params {
  return depth === 0 ? { end: 1 } : { a: nested(depth - 1) };
}

describe('a param that would not arrive as it is, is refused by its path', () => {
  const cycle: Record<string, unknown> = {};
  cycle['a'] = { b: cycle };

  test.each<[Params, string]>([
    [{ a: { b: Number.NaN } }, 'param "a[b]" is NaN'],
    [{ a: Number.POSITIVE_INFINITY }, 'param "a" is Infinity'],
    [{ a: [1, Number.NaN] }, 'param "a[]" is NaN'],
    [{ a: () => 1 }, 'param "a" is a function'],
    [{ a: Symbol('s') }, 'param "a" is a symbol'],
    [{ a: new Date(Number.NaN) }, 'param "a" is an invalid date'],
    [{ a: new Map() }, 'param "a" is an object'],
    [{ a: Uint8Array.of(1) }, 'param "a" is an object'],
    [{ a: [{ b: 1 }] }, 'param "a[]" is an object'],
    [{ a: [[1]] }, 'param "a[]" is an array'],
    [{ a: { b: 'cut \ud83d' } }, 'param "a[b]" holds half a surrogate pair'],
    [{ 'cut \ud83d': 1 }, 'holds half a surrogate pair'],
    [{ 'a[b]': 1 }, 'param "a[b]" has a bracket in its key'],
    [{ a: { 'b]': 1 } }, 'param "a[b]]" has a bracket in its key'],
    [{ a: { '': 1 } }, 'param "a[]" has an empty key'],
    [{ '': 1 }, 'param "" has an empty key'],
    [nested(9), 'nests deeper than 8'],
    [cycle, 'nests deeper than 8'],
  ])('%o', (params, message) => {
    expect(() => queryPairs(params)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });

  test.each([[new URLSearchParams('a=1')], [[1]], [null], ['a=1'], [new Map([['a', 1]])]])(
    'params that are no plain object: %o',
    (params) => {
      expect(() => queryPairs(params as unknown as Params)).toThrow(
        'params are not a plain object',
      );
    },
  );

  test('the message holds no value', () => {
    expect(() => queryPairs({ token: 'secret\ud83d' })).toThrow(/^(?!.*secret)/);
  });
});

describe('a param arrives', () => {
  test.each<[Params, string]>([
    [{ a: 'b' }, 'a=b'],
    [{ a: '', b: 0, c: -1.5, d: true, e: false, f: 12n }, 'a=&b=0&c=-1.5&d=true&e=false&f=12'],
    [{ a: new Date(0) }, 'a=1970-01-01T00%3A00%3A00.000Z'],
    [{ a: { b: { c: 1 } } }, 'a%5Bb%5D%5Bc%5D=1'],
    [{ a: [1, 'two', null, false] }, 'a%5B%5D=1&a%5B%5D=two&a%5B%5D=false'],
    [{ a: null, b: undefined, c: {}, d: [], e: { f: null } }, ''],
    [{ 'a&b=c': 'd&e=f+g h#%' }, 'a%26b%3Dc=d%26e%3Df%2Bg%20h%23%25'],
    [{ ключ: '☃' }, '%D0%BA%D0%BB%D1%8E%D1%87=%E2%98%83'],
    [Object.assign(Object.create(null), { a: 1 }), 'a=1'],
    [JSON.parse('{"__proto__":{"a":1}}'), '__proto__%5Ba%5D=1'],
  ])('%o', (params, query) => {
    expect(queryText(queryPairs(params))).toBe(query);
  });

  test('nested as deep as the limit', () => {
    expect(decoded(nested(7))).toEqual(expected(nested(7)));
  });

  test('in the shape it had, whatever its keys and values', () => {
    const key = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[[\]]/.test(text));
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.constant(null),
    );
    const list = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null)));
    const { object } = fc.letrec((tie) => ({
      object: fc.dictionary(key, fc.oneof({ maxDepth: 5 }, scalar, list, tie('object')), {
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(object, (params) => {
        expect(decoded(params as Params)).toEqual(expected(params) ?? new Map());
      }),
    );
  });
});

describe('params over those that an address already has', () => {
  const base = [
    ['a', '1'],
    ['b[c]', '2'],
    ['b[d]', '3'],
  ] as const;

  test.each<[string, Params, string]>([
    ['replace them by name', { a: 9 }, 'b%5Bc%5D=2&b%5Bd%5D=3&a=9'],
    ['replace all that is nested under a name', { b: { e: 9 } }, 'a=1&b%5Be%5D=9'],
    ['take a name away with null', { b: null }, 'a=1'],
    ['leave a name alone with undefined', { a: undefined }, 'a=1&b%5Bc%5D=2&b%5Bd%5D=3'],
    ['come after the rest', { z: 1 }, 'a=1&b%5Bc%5D=2&b%5Bd%5D=3&z=1'],
  ])('%s', (_, params, query) => {
    expect(queryText(overlay(base, params))).toBe(query);
  });

  test('do not take away what every object has inherited', () => {
    expect(overlay([['constructor', '1']], {})).toEqual([['constructor', '1']]);
  });
});
