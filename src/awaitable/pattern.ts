/** Whether a value is like a pattern: fields may be left out, and a function judges for itself. */

/**
 * A payload, with as many of its fields as matter. A function in the place of a value is asked about it; an array is
 * like one of the same length whose members are alike; bytes are like the same bytes.
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

/** Throws what a function in the pattern throws. */
export function isLike(value: unknown, pattern: unknown): boolean {
  if (typeof pattern === 'function') {
    return Boolean((pattern as (value: unknown) => unknown)(value));
  }
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern);
  if (typeof value !== 'object' || value === null) return false;
  if (isList(pattern)) return isList(value) && hasSameMembers(value, pattern);
  if (isList(value)) return false;
  return Object.entries(pattern).every(
    ([name, part]) => Object.hasOwn(value, name) && isLike(Reflect.get(value, name), part),
  );
}

function isList(value: object): value is List {
  return Array.isArray(value) || value instanceof Uint8Array;
}

function hasSameMembers(value: List, pattern: List): boolean {
  if (value.length !== pattern.length) return false;
  return [...pattern].every((part, at) => isLike(value[at], part));
}
