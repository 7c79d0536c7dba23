/** A configuration before it is checked: its values, each with its origin. */

import type { Origin, Path } from './origin.js';

export type Tree =
  | { readonly kind: 'value'; readonly value: Scalar; readonly origin: Origin }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly origin: Origin }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry>; readonly origin: Origin }
  /** What was said about it is enough. */
  | { readonly kind: 'broken'; readonly origin: Origin };

/** A key has a place of its own: there it is said that there is no such key. */
export type Entry = { readonly key: Origin; readonly tree: Tree };
export type Scalar = string | number | boolean | null;
export type MapTree = Extract<Tree, { readonly kind: 'map' }>;

export function emptyMap(origin: Origin): MapTree {
  return { kind: 'map', entries: new Map(), origin };
}

/** `over` laid over `under`: maps key by key, anything else as a whole. */
export function merged(under: MapTree, over: MapTree): MapTree {
  const entries = new Map(under.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? entry : { ...before, tree: laid(before.tree, entry) });
  }
  return { ...under, entries };
}

function laid(under: Tree, { tree }: Entry): Tree {
  return under.kind === 'map' && tree.kind === 'map' ? merged(under, tree) : tree;
}

/** One value in the maps that lead to it. */
export function planted(path: readonly string[], tree: Tree): MapTree {
  const { origin } = tree;
  const [key = '', ...rest] = path;
  const below = rest.length === 0 ? tree : planted(rest, tree);
  return { kind: 'map', entries: new Map([[key, { key: origin, tree: below }]]), origin };
}

/** What is there, if something is. */
export function treeAt(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const key of path) at = at === undefined ? undefined : childOf(at, key);
  return at;
}

function childOf(tree: Tree, key: string | number): Tree | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(key))?.tree;
  return tree.kind === 'list' ? tree.items[Number(key)] : undefined;
}

/** Of a value; of what is missing, where its parent's key is. */
export function originAt(tree: Tree, path: Path): Origin {
  const found = treeAt(tree, path);
  if (found !== undefined && (found.kind === 'value' || path.length === 0)) return found.origin;
  return found?.kind === 'list' || found?.kind === 'broken'
    ? found.origin
    : keyOriginAt(tree, path);
}

/** Of a key, or of the nearest above it that is there. */
export function keyOriginAt(tree: Tree, path: Path): Origin {
  const parent = treeAt(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  if (entry !== undefined) return entry.key;
  return path.length === 0 ? tree.origin : keyOriginAt(tree, path.slice(0, -1));
}

/** The bare values. A key without a value counts as left out, but where `keeps` says that it is one itself. */
export function plainOf(tree: Tree, keeps: (path: Path) => boolean, path: Path = []): unknown {
  switch (tree.kind) {
    case 'value':
      return tree.value;
    case 'broken':
      return undefined;
    case 'list':
      return tree.items.map((item, at) => plainOf(item, keeps, [...path, at]));
    case 'map':
      return plainMap(tree, keeps, path);
  }
}

function plainMap(tree: MapTree, keeps: (path: Path) => boolean, path: Path): object {
  const values = [...tree.entries].map(
    ([key, { tree: below }]) => [key, plainOf(below, keeps, [...path, key])] as const,
  );
  const given = values.filter(
    ([key, value]) => value !== undefined && (value !== null || keeps([...path, key])),
  );
  return Object.fromEntries(given);
}

/** The same without a key; of a list the whole goes. */
export function withoutPath(tree: MapTree, [key, ...rest]: Path): MapTree {
  const entry = key === undefined ? undefined : tree.entries.get(String(key));
  if (entry === undefined) return tree;
  const entries = new Map(tree.entries);
  if (rest.length === 0 || entry.tree.kind !== 'map') entries.delete(String(key));
  else entries.set(String(key), { ...entry, tree: withoutPath(entry.tree, rest) });
  return { ...tree, entries };
}

/** The places of which enough was said. */
export function brokenIn(tree: Tree, path: Path = []): readonly Path[] {
  switch (tree.kind) {
    case 'value':
      return [];
    case 'broken':
      return [path];
    case 'list':
      return tree.items.flatMap((item, at) => brokenIn(item, [...path, at]));
    case 'map':
      return [...tree.entries].flatMap(([key, entry]) => brokenIn(entry.tree, [...path, key]));
  }
}
