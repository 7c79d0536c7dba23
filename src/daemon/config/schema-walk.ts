/** Goes through the schema by the paths of a configuration. */

import { z } from 'zod';
import type { Path } from './origin.js';

export type Schema = z.core.$ZodType;
type Kinds = z.core.$ZodTypes;

/** What a value may be, each form by itself. */
export function formsOf(schema: Schema): readonly Schema[] {
  const { def } = (schema as Kinds)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return formsOf(def.innerType);
  // A value with a name of its own, such as a length of time, is one form however many writings it has.
  if (def.type !== 'union' || about(schema).takes !== undefined) return [schema];
  return def.options.flatMap(formsOf);
}

/** The fields of an object with given keys; null for anything else. */
export function shapeOf(schema: Schema): { readonly [key: string]: Schema } | null {
  const { def } = (schema as Kinds)._zod;
  return def.type === 'object' ? def.shape : null;
}

/** The value of a map whose keys are its writer's own; null for anything else. */
export function freeValueOf(schema: Schema): Schema | null {
  const { def } = (schema as Kinds)._zod;
  return def.type === 'record' ? def.valueType : null;
}

function elementOf(schema: Schema): Schema | null {
  const { def } = (schema as Kinds)._zod;
  return def.type === 'array' ? def.element : null;
}

/** The forms that may be at a path, all writings of it counted. */
export function formsAt(schema: Schema, path: Path): readonly Schema[] {
  const [key, ...rest] = path;
  if (key === undefined) return formsOf(schema);
  return formsOf(schema).flatMap((form) => {
    const child = childOf(form, key);
    return child === null ? [] : formsAt(child, rest);
  });
}

export function childOf(form: Schema, key: string | number): Schema | null {
  if (typeof key === 'number') return elementOf(form);
  const shape = shapeOf(form);
  if (shape !== null) return Object.hasOwn(shape, key) ? (shape[key] ?? null) : null;
  return freeValueOf(form);
}

/** The keys that may be written at a path. */
export function keysAt(schema: Schema, path: Path): readonly string[] {
  const keys = formsAt(schema, path).flatMap((form) => Object.keys(shapeOf(form) ?? {}));
  return [...new Set(keys)];
}

/** What the schema says of a key or of a value. */
export type About = {
  readonly description?: string;
  readonly standard?: unknown;
  /** What may be written, in words. */
  readonly takes?: string;
  /** `value`: never shown; `address`: without userinfo and query; `path`: unless it looks like no path. */
  readonly secret?: 'value' | 'address' | 'path';
};

export function about(schema: Schema): About {
  return (z.globalRegistry.get(schema) ?? {}) as About;
}

/** What may be written at a path, in words. */
export function takesAt(schema: Schema, path: Path): string {
  const words = formsAt(schema, path).map(takesOf);
  return [...new Set(words)].join(', or ') || 'nothing';
}

/** What may be written for a schema, in words. */
export function takesOf(schema: Schema): string {
  const forms = formsOf(schema);
  const [form] = forms;
  if (form === undefined) return 'nothing';
  return forms.length > 1 ? forms.map(takesOf).join(', or ') : formText(form);
}

function formText(form: Schema): string {
  const { takes } = about(form);
  if (takes !== undefined) return takes;
  const { def } = (form as Kinds)._zod;
  const choices = choicesOf(form);
  if (choices.length > 0) return listed(choices);
  return WORDS[def.type] ?? 'text';
}

const WORDS: { readonly [type: string]: string } = {
  boolean: 'true or false',
  number: 'a number',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** The texts that a form may be, where they are counted. */
export function choicesOf(form: Schema): readonly string[] {
  const { def } = (form as Kinds)._zod;
  if (def.type === 'enum') return Object.values(def.entries).map(String);
  return def.type === 'literal' ? def.values.map(String) : [];
}

export function listed(words: readonly string[], last = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}
