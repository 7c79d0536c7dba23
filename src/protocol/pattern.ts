/** Whether a value is like a pattern: fields may be left out, and a function judges for itself. */

import { isBytes, viewOf } from './bytes.js';

/**
 * A payload, with as many of its fields as matter, as JSON carries them. A function in the place of a value is asked about
 * it; a list is like one of the same length whose members are alike; bytes are like the same bytes.
 */
export type Match<P> =
  | ((payload: P) => boolean)
  | (P extends object
      ? { readonly [K in keyof P]?: Match<P[K]> | P[K] }
      : unknown extends P
        ? { readonly [field: string]: unknown } | List | Primitive
        : P);
type Primitive = string | number | boolean | null;
type List = readonly unknown[] | Uint8Array;

/** A field that is to be undefined must be missing, for JSON has no such value. Throws what a function in the pattern throws. */
export function isLike(value: unknown, pattern: unknown): boolean {
  if (typeof pattern === 'function') {
    return Boolean((pattern as (value: unknown) => unknown)(value));
  }
  if (isBytes(pattern)) return isBytes(value) && haveLikeMembers(viewOf(value), viewOf(pattern));
  if (Array.isArray(pattern)) return Array.isArray(value) && haveLikeMembers(value, pattern);
  if (!isFields(pattern)) return Object.is(value, pattern);
  if (typeof pattern['toJSON'] === 'function') return isLike(value, jsonOf(pattern));
  return (
    isFields(value) && Object.entries(pattern).every(([name, part]) => hasLike(value, name, part))
  );
}

type Fields = { readonly [field: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBytes(value);
}

/** A function is asked only about what is there. */
function hasLike(value: Fields, name: string, part: unknown): boolean {
  return Object.hasOwn(value, name) ? isLike(value[name], part) : part === undefined;
}

function haveLikeMembers(value: List, pattern: List): boolean {
  if (value.length !== pattern.length) return false;
  return [...pattern].every((part, at) => isLike(value[at], part));
}

/** What a date, or whatever else writes itself, is on the wire. */
function jsonOf(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
