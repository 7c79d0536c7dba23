/** Params as the pairs of a query string that Plug decodes back to them. */

import { UsageError } from '../errors.js';
import { kindOf } from './bad-frame.js';

/**
 * What goes into the query of a dial: text, finite numbers, booleans, dates, and objects and arrays of those. Null and undefined
 * are left out. What a query cannot say is a `PHX_BAD_OPTION`.
 */
export type Params = { readonly [name: string]: unknown };

/** One pair, decoded: `['filter[since]', '41']`. */
export type QueryPair = readonly [name: string, value: string];

/** Deeper than any query is read by hand, and an end to cycles. */
const MAX_DEPTH = 8;

const AS_TEXT = 'send it as text, such as JSON';

/**
 * Objects nest as `a[b]=1` and arrays as `a[]=1`; null and undefined are left out, and so are empty
 * objects and arrays, which a query cannot say. What Plug would read as something else is refused.
 */
export function queryPairs(params: Params): readonly QueryPair[] {
  if (!isPlain(params)) throw new UsageError('PHX_BAD_OPTION', 'params are not a plain object');
  const pairs: QueryPair[] = [];
  for (const [key, value] of Object.entries(params)) {
    append(pairs, checkedKey(key, key), value, 1);
  }
  return pairs;
}

/** `base` with `params` laid over it, name by name: null takes a name away, undefined leaves it. */
export function overlay(base: readonly QueryPair[], params: Params): readonly QueryPair[] {
  const pairs = queryPairs(params);
  return [...base.filter(([name]) => !gives(params, rootOf(name))), ...pairs];
}

/** Brackets are escaped with the rest: Plug decodes a name before it looks for them. */
export function queryText(pairs: readonly QueryPair[]): string {
  return pairs.map(pairText).join('&');
}

/** The name of the param that a pair belongs to: `a` of `a[b]`. */
export function rootOf(name: string): string {
  const bracket = name.indexOf('[');
  return bracket > 0 ? name.slice(0, bracket) : name;
}

function gives(params: Params, name: string): boolean {
  return Object.hasOwn(params, name) && params[name] !== undefined;
}

function pairText([name, value]: QueryPair): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

function append(pairs: QueryPair[], name: string, value: unknown, depth: number): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) return appendList(pairs, `${name}[]`, value);
  if (isPlain(value)) return appendFields(pairs, name, value, depth);
  pairs.push([name, textOf(name, value)]);
}

function appendFields(pairs: QueryPair[], name: string, fields: Params, depth: number): void {
  if (depth > MAX_DEPTH) throw badParam(name, `nests deeper than ${MAX_DEPTH}`, AS_TEXT);
  for (const [key, value] of Object.entries(fields)) {
    append(pairs, `${name}[${checkedKey(key, `${name}[${key}]`)}]`, value, depth + 1);
  }
}

/** What Plug makes of a structure inside a list is, in its own words, ambiguous and unspecified. */
function appendList(pairs: QueryPair[], name: string, items: readonly unknown[]): void {
  for (const item of items) {
    if (item === undefined || item === null) continue;
    pairs.push([name, textOf(name, item)]);
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return checkedText(name, value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return numberText(name, value);
  if (value instanceof Date) return dateText(name, value);
  throw badParam(name, `is ${kindOf(value)}`, AS_TEXT);
}

function numberText(name: string, value: number): string {
  if (Number.isFinite(value)) return String(value);
  throw badParam(name, `is ${value}`, 'send a finite number or null');
}

function dateText(name: string, value: Date): string {
  if (!Number.isNaN(value.getTime())) return value.toISOString();
  throw badParam(name, 'is an invalid date', 'send a valid one or null');
}

function checkedText(name: string, text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw badParam(name, 'holds half a surrogate pair', 'cut strings between characters');
}

/** Plug takes brackets in a key for nesting and an empty key for a list. */
function checkedKey(key: string, name: string): string {
  if (key === '') throw badParam(name, 'has an empty key', 'name it');
  if (/[[\]]/.test(key)) throw badParam(name, 'has a bracket in its key', 'nest an object');
  return checkedText(name, key);
}

function badParam(name: string, problem: string, remedy: string): UsageError {
  return new UsageError('PHX_BAD_OPTION', `param "${name}" ${problem}: ${remedy}`);
}

/** By the length of the prototype chain: `Object.prototype` is another in each realm. */
function isPlain(value: unknown): value is Params {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
