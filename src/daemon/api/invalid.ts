/** What is wrong with a request, in the words of what is wrong with a configuration. */

import type { z } from 'zod';
import { problemsOf } from '../config/issues.js';
import { type Path, pathText } from '../config/origin.js';
import { listed, type Schema } from '../config/schema-walk.js';
import type { Tree } from '../config/tree.js';
import { problem, type Problem } from '../listeners/problem.js';

const MOST_ERRORS = 20;
const ORIGIN = { kind: 'default' } as const;
/** What a path without steps stands for. */
const WHOLE = 'request';

type Mistake = { readonly path: string; readonly detail: string };
type Issue = z.core.$ZodIssue;

/** All that is wrong, each with its place. */
export function invalid(mistakes: readonly Mistake[]): Problem {
  const errors = mistakes.slice(0, MOST_ERRORS);
  const text = errors.map(({ path, detail }) => `${path}: ${detail}`).join('; ');
  return problem('API_INVALID', text, { fields: { errors } });
}

/** Throws a problem with all that is wrong. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const tree = treeOf(value);
  throw invalid(result.error.issues.flatMap((issue) => mistakesOf(issue, schema, tree)));
}

/** What a rule of our own has said is said as it is. */
function mistakesOf(issue: Issue, schema: Schema, tree: Tree): readonly Mistake[] {
  if (issue.code === 'custom' && issue.message !== UNSAID) return [plain(issue)];
  return problemsOf([issue], schema, tree).map(({ path, what, remedy }) => ({
    path: placeOf(path),
    detail: `${what}: ${remedy}`,
  }));
}

const UNSAID = 'Invalid input';

/** Of a path or a query that was checked where its schema is not at hand. */
export function plain(issue: Issue): Mistake {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return {
      path: placeOf([...path, ...issue.keys.slice(0, 1)]),
      detail: 'is not known: leave it out',
    };
  }
  return { path: placeOf(path), detail: plainWords(issue) };
}

function plainWords(issue: Issue): string {
  if (issue.code === 'too_small') return `is too short: write at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `is too long: write at most ${issue.maximum}`;
  if (issue.code === 'invalid_value') {
    return `is none of these: write ${listed(issue.values.map(String))}`;
  }
  if (issue.code === 'invalid_type') {
    return `is missing or of another kind: write a ${issue.expected}`;
  }
  const [first] = issue.code === 'invalid_union' ? issue.errors.flat() : [];
  return first === undefined ? issue.message : plainWords(first);
}

function placeOf(path: Path): string {
  return path.length === 0 ? WHOLE : pathText(path);
}

function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf), origin: ORIGIN };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).flatMap(([key, each]) =>
      each === undefined ? [] : [[key, { key: ORIGIN, tree: treeOf(each) }] as const],
    );
    return { kind: 'map', entries: new Map(entries), origin: ORIGIN };
  }
  return { kind: 'value', value: shownOf(value), origin: ORIGIN };
}

/** A word or a number is a slip of the pen. What is longer may be anything, a secret in the wrong place among it. */
function shownOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'string') return /^[\w.:-]{0,12}$/.test(value) ? value : '***';
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
