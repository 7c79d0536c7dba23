/** The configuration as it counts, without secrets, each value with its origin. */

import { type Origin, originText, type Path, pathText } from './origin.js';
import type { Loaded } from './load.js';
import { keysOf } from './schema-paths.js';
import { configSchema } from './schema.js';
import { redactedValue, secrecyAt } from './secrets.js';
import { originAt, treeAt } from './tree.js';

export type EffectiveValue = {
  readonly path: string;
  /** Redacted. */
  readonly value: unknown;
  /** `default`, `file:line:column`, the name of a variable, or a flag. */
  readonly origin: string;
};

/** Every value that was given, and every default; those of the library, too. */
export function effective(loaded: Pick<Loaded, 'config' | 'tree'>): readonly EffectiveValue[] {
  const given = leavesOf(loaded.config, []);
  const names = new Set(given.map(({ path }) => path.join('\0')));
  const defaults = defaultsFor(loaded.config).filter(
    ({ path }) => !given.some((leaf) => isWithin(leaf.path, path)) && !names.has(path.join('\0')),
  );
  return [...given, ...defaults]
    .map((leaf) => shown(leaf, loaded))
    .toSorted((a, b) => orderOf(a.path) - orderOf(b.path));
}

type Leaf = { readonly path: Path; readonly value: unknown };

function leavesOf(value: unknown, path: Path): readonly Leaf[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap) return value === undefined ? [] : [{ path, value }];
  const entries = Object.entries(value);
  if (entries.length === 0 && path.length > 0) return [{ path, value: {} }];
  return entries.flatMap(([key, below]) => leavesOf(below, [...path, key]));
}

/** Of keys that are there once: what `<name>` stands for has been filled in. A part that is switched off has none. */
function defaultsFor(config: object): readonly Leaf[] {
  return keysOf(configSchema).flatMap(({ path, about: { standard } }) => {
    if (standard === undefined || path.includes('<name>')) return [];
    return isOff(config, path) || excludes(config, path) ? [] : [{ path, value: standard }];
  });
}

function isOff(config: object, path: readonly string[]): boolean {
  return path.length > 1 && Reflect.get(config, path[0] ?? '') === false;
}

const GROWTH = ['min', 'max', 'factor'];

/** A list of delays and a growing delay exclude each other. */
function excludes(config: object, [first = '', second = '']: readonly string[]): boolean {
  const given: unknown = Reflect.get(config, first);
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  if (second === 'delays') return keys.some((key) => GROWTH.includes(key));
  return GROWTH.includes(second) && (keys.includes('delays') || isStepped(first, keys));
}

function isStepped(first: string, keys: readonly string[]): boolean {
  return first === 'rejoin' && !keys.some((key) => GROWTH.includes(key));
}

function isWithin(inner: Path, outer: Path): boolean {
  return outer.length < inner.length && outer.every((key, at) => key === inner[at]);
}

function shown({ path, value }: Leaf, { tree }: Pick<Loaded, 'tree'>): EffectiveValue {
  const there = treeAt(tree, path);
  const origin: Origin = there === undefined ? { kind: 'default' } : originAt(tree, path);
  const text = origin.kind === 'default' ? 'default' : originText(origin);
  return { path: pathText(path), value: redacted(path, value), origin: text };
}

function redacted(path: Path, value: unknown): unknown {
  const secrecy = secrecyAt(configSchema, path);
  if (Array.isArray(value)) return secrecy === 'value' ? '***' : value;
  return isEmptyMap(value) ? value : redactedValue(secrecy, value);
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

const ORDER = Object.keys(configSchema.shape);

function orderOf(path: string): number {
  return ORDER.indexOf(/^\w+/.exec(path)?.[0] ?? '');
}

/** One value a line, its origin behind it. */
export function effectiveText(values: readonly EffectiveValue[]): string {
  const lines = values.map(({ path, value }) => `${path}: ${JSON.stringify(value)}`);
  const width = Math.min(60, Math.max(0, ...lines.map(({ length }) => length)));
  return values
    .map(({ origin }, at) => `${(lines[at] ?? '').padEnd(width)}  # ${origin}`)
    .join('\n');
}
