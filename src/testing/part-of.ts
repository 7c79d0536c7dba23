/** Whether a payload has what a test names of it. */

import { isBytes, viewOf } from '../protocol/bytes.js';

/** The fields of a payload that matter, at any depth; an array, or bytes, is compared whole. */
export type PayloadPart = { readonly [field: string]: unknown } | Uint8Array;

/** A field that is to be undefined must be missing, for JSON has no such value. */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (isBytes(part)) return isBytes(whole) && Buffer.compare(viewOf(part), viewOf(whole)) === 0;
  if (Array.isArray(part)) return Array.isArray(whole) && areEqual(part, whole);
  if (!isObject(part)) return part === whole;
  if (typeof part['toJSON'] === 'function') return isPartOf(jsonOf(part), whole);
  return (
    isObject(whole) &&
    Object.entries(part).every(([name, value]) => isPartOf(value, fieldOf(whole, name)))
  );
}

function areEqual(part: readonly unknown[], whole: readonly unknown[]): boolean {
  return part.length === whole.length && part.every((each, index) => isPartOf(each, whole[index]));
}

function fieldOf(whole: { readonly [field: string]: unknown }, name: string): unknown {
  return Object.hasOwn(whole, name) ? whole[name] : undefined;
}

/** What a date, or whatever else writes itself, is on the wire. */
function jsonOf(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
