/** What an expectation names of a payload is looked for as JSON would carry it. */

import { describe, expect, test } from 'vitest';
import { isPartOf } from '../../src/testing/part-of.js';

describe('a payload has', () => {
  test.each([
    ['nothing in particular', {}, { a: 1 }],
    ['a field among others', { a: 1 }, { a: 1, b: 2 }],
    ['a field within a field', { a: { b: { c: null } } }, { a: { b: { c: null, d: 1 } } }],
    ['a list, each of its entries in part', { a: [{ b: 1 }, 2] }, { a: [{ b: 1, c: 1 }, 2] }],
    ['no such field', { a: undefined }, { b: 1 }],
    ['a date as it was written', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['the same bytes', Uint8Array.of(1, 2), Buffer.from([1, 2])],
    ['a field of an odd name', JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1,"a":2}')],
  ])('%s', (_, part: unknown, whole: unknown) => {
    expect(isPartOf(part, whole)).toBe(true);
  });
});

describe('a payload has not', () => {
  test.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['the text of a number', { a: 1 }, { a: '1' }],
    ['a field that is missing', { a: null }, {}],
    ['a field that should be missing', { a: undefined }, { a: 1 }],
    ['fields, being text', { length: 1 }, 'a'],
    ['fields, being a list', { 0: 1 }, [1]],
    ['fields, being null', {}, null],
    ['a shorter list', { a: [1] }, { a: [1, 2] }],
    ['a list, being an object', { a: [1] }, { a: { 0: 1 } }],
    ['what all objects inherit', { constructor: Object }, {}],
    ['other bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 3)],
    ['bytes, being an object', Uint8Array.of(1), { 0: 1 }],
    ['another date', { at: new Date(1) }, { at: '1970-01-01T00:00:00.000Z' }],
  ])('%s', (_, part: unknown, whole: unknown) => {
    expect(isPartOf(part, whole)).toBe(false);
  });
});
