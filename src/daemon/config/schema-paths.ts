/** Every key that the schema knows, with what it says of it. */

import {
  about,
  type About,
  formsOf,
  freeValueOf,
  type Schema,
  shapeOf,
  takesOf,
} from './schema-walk.js';

export type Key = {
  /** `<name>` stands for a key of the writer's own. */
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly about: About;
  readonly takes: string;
};

/** In the order of the schema, a map before its keys. */
export function keysOf(schema: Schema, path: readonly string[] = []): readonly Key[] {
  return formsOf(schema).flatMap((form) => {
    const free = freeValueOf(form);
    if (free !== null) return keysOf(free, [...path, '<name>']);
    return Object.entries(shapeOf(form) ?? {}).flatMap(([key, value]) => {
      const below = [...path, key];
      const itself = { path: below, schema: value, about: about(value), takes: takesOf(value) };
      return [itself, ...keysOf(value, below)];
    });
  });
}

export function allPaths(schema: Schema): readonly (readonly string[])[] {
  return keysOf(schema).map(({ path }) => path);
}
