/** What zod finds, in the words of a configuration: the form that was meant, the nearest key, what to write. */

import type { z } from 'zod';
import { nearest } from './nearest.js';
import { keyOriginAt, originAt, type Tree, treeAt } from './tree.js';
import { type Path, pathText, type Problem } from './origin.js';
import { allPaths } from './schema-paths.js';
import { isSecret } from './secrets.js';
import {
  choicesOf,
  formsAt,
  freeValueOf,
  keysAt,
  listed,
  type Schema,
  shapeOf,
  takesAt,
} from './schema-walk.js';

type Issue = z.core.$ZodIssue;

/** Also under a union only the form that was meant is judged. */
export function problemsOf(
  issues: readonly Issue[],
  schema: Schema,
  tree: Tree,
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, { schema, tree, above: [] }));
}

type Place = { readonly schema: Schema; readonly tree: Tree; readonly above: Path };

function problemsOfIssue(issue: Issue, place: Place): readonly Problem[] {
  const path = [...place.above, ...issue.path.map(stepOf)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], place));
  }
  if (issue.code === 'invalid_key') return [badName(path, place)];
  const meant = issue.code === 'invalid_union' ? branchOf(issue.errors, path, place) : null;
  if (meant === null) return [badValue(path, place)];
  return meant.flatMap((each) => problemsOfIssue(each, { ...place, above: path }));
}

function stepOf(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

/** Null: none of them was, the value is of another kind than all. */
function branchOf(
  branches: readonly (readonly Issue[])[],
  path: Path,
  { schema, tree }: Place,
): readonly Issue[] | null {
  const value = treeAt(tree, path);
  const fitting = branches.filter((issues) => !issues.some(isOfKind));
  if (value?.kind !== 'map' || fitting.length === 0)
    return fitting.length === 1 ? (fitting[0] ?? null) : null;
  const forms = formsAt(schema, path).filter((form) => shapeOf(form) !== null);
  if (forms.length < 2) return fitting[0] ?? null;
  // Of several kinds of delivery the one whose own key is there.
  const own = forms.findIndex((form) => ownKeys(form, forms).some((key) => value.entries.has(key)));
  return own < 0 ? null : (fitting[own] ?? null);
}

/** Whether the value as a whole is of another kind. */
function isOfKind({ code, path }: Issue): boolean {
  return path.length === 0 && ['invalid_type', 'invalid_value', 'invalid_format'].includes(code);
}

/** The keys that a form must have, and no other form has. */
function ownKeys(form: Schema, forms: readonly Schema[]): readonly string[] {
  const others = forms
    .filter((other) => other !== form)
    .flatMap((other) => Object.keys(shapeOf(other) ?? {}));
  return Object.entries(shapeOf(form) ?? {})
    .filter(([key, value]) => value._zod.optin !== 'optional' && !others.includes(key))
    .map(([key]) => key);
}

function unknownKey(path: Path, { schema, tree }: Place): Problem {
  const origin = keyOriginAt(tree, path);
  const key = String(path.at(-1));
  const keys = allowedKeys(schema, tree, path.slice(0, -1));
  const near = nearest(key, keys);
  const elsewhere = near === null ? placeOf(key, schema) : null;
  const remedy =
    near === null ? (elsewhere ?? `choose from ${listed(keys)}`) : `did you mean ${near}?`;
  return { origin, path, what: 'there is no such key', remedy };
}

/** Of several kinds of delivery those of the one that was meant. */
function allowedKeys(schema: Schema, tree: Tree, path: Path): readonly string[] {
  const value = treeAt(tree, path);
  const forms = formsAt(schema, path).filter((form) => shapeOf(form) !== null);
  const meant = forms.find(
    (form) => value?.kind === 'map' && ownKeys(form, forms).some((key) => value.entries.has(key)),
  );
  return meant === undefined ? keysAt(schema, path) : Object.keys(shapeOf(meant) ?? {});
}

/** A key that is right in another map. */
function placeOf(key: string, schema: Schema): string | null {
  const places = allPaths(schema).filter(isFixed(key));
  const texts = places.map((path) => pathText(path)).slice(0, 3);
  return texts.length === 0 ? null : `write it as ${listed(texts)}`;
}

/** A key of that name in a map that there is one of. */
function isFixed(key: string): (path: readonly string[]) => boolean {
  return (path) => path.length > 1 && path.at(-1) === key && !path.includes('<name>');
}

function badName(path: Path, { tree }: Place): Problem {
  const origin = keyOriginAt(tree, path);
  const remedy = 'write letters, digits, - and _, at most 64 of them';
  return { origin, path, what: 'is no name', remedy };
}

function badValue(path: Path, { schema, tree }: Place): Problem {
  const value = treeAt(tree, path);
  const origin = originAt(tree, path);
  if (value === undefined) return missing(path, schema, origin);
  const forms = formsAt(schema, path);
  const maps = forms.filter((form) => shapeOf(form) !== null);
  if (value.kind === 'map' && maps.length > 1) return unlikeAny(path, maps, origin);
  const what = `is ${shownTree(value, isSecret(schema, path) || forms.every(isMapForm))}`;
  const near =
    value.kind === 'value' && typeof value.value === 'string'
      ? nearest(value.value, forms.flatMap(choicesOf))
      : null;
  const remedy = `write ${takesAt(schema, path)}${near === null ? '' : ` (did you mean ${near}?)`}`;
  return { origin, path, what, remedy };
}

/** A text where a map is wanted may be anything. */
function isMapForm(form: Schema): boolean {
  return shapeOf(form) !== null || freeValueOf(form) !== null;
}

function missing(path: Path, schema: Schema, origin: Problem['origin']): Problem {
  return { origin, path, what: 'is missing', remedy: `write ${takesAt(schema, path)}` };
}

function unlikeAny(path: Path, maps: readonly Schema[], origin: Problem['origin']): Problem {
  const keys = maps.flatMap((form) => ownKeys(form, maps));
  return { origin, path, what: 'does not say what it is', remedy: `write one of ${listed(keys)}` };
}

/** Longer ones are cut: nobody has to read a file that stands where a word was meant. */
const LONGEST = 60;

function shownTree(tree: Tree, isHidden: boolean): string {
  if (tree.kind !== 'value') return tree.kind === 'list' ? 'a list' : 'a map';
  const { value } = tree;
  if (value === null) return 'empty';
  if (isHidden) return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
  if (typeof value !== 'string') return String(value);
  return value.length > LONGEST ? `a text of ${value.length} characters` : JSON.stringify(value);
}
