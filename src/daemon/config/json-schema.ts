/** The JSON Schema of the configuration, for editors. */

import { z } from 'zod';
import { about, type Schema } from './schema-walk.js';
import { configSchema } from './schema.js';

type JsonSchema = { [keyword: string]: unknown };

/** Draft 2020-12. A value with a variable is a text, wherever it stands. */
export function jsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema: made }) => {
      describe(zodSchema, made);
    },
  });
  return { title: 'gen-socket-client', ...withNull(schema) };
}

/** As the reader of the file has it: a key without a value counts as left out. */
function withNull(schema: JsonSchema): JsonSchema {
  const { properties, required, anyOf, additionalProperties } = schema;
  const needed = Array.isArray(required) ? (required as readonly unknown[]) : [];
  const made = { ...schema };
  if (Array.isArray(anyOf)) made['anyOf'] = (anyOf as JsonSchema[]).map(withNull);
  if (isSchema(additionalProperties)) made['additionalProperties'] = withNull(additionalProperties);
  if (!isSchema(properties)) return made;
  const entries = Object.entries(properties as { [key: string]: JsonSchema }).map(
    ([key, below]) => [key, needed.includes(key) ? withNull(below) : orNull(withNull(below))],
  );
  return { ...made, properties: Object.fromEntries(entries) as JsonSchema };
}

function orNull({ default: value, description, ...form }: JsonSchema): JsonSchema {
  const forms = Array.isArray(form['anyOf']) ? (form['anyOf'] as readonly JsonSchema[]) : [form];
  return {
    anyOf: [...forms, { type: 'null' }],
    ...(value !== undefined && { default: value }),
    ...(description !== undefined && { description }),
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

/** As the reader of the file has it: a variable may stand for any value. */
const VARIABLE = { type: 'string', pattern: '\\$\\{' };

function describe(schema: Schema, made: JsonSchema): void {
  const { standard, takes } = about(schema);
  for (const word of ['standard', 'takes', 'secret']) Reflect.deleteProperty(made, word);
  if (standard !== undefined) made['default'] = standard;
  const type = schema._zod.def.type;
  const isScalar = type === 'number' || type === 'boolean' || type === 'enum';
  const isNamed = type === 'union' && takes !== undefined;
  if (!isScalar && !isNamed) return;
  const { default: value, description, $schema: _, ...form } = made;
  for (const keyword of Object.keys(form)) Reflect.deleteProperty(made, keyword);
  Object.assign(made, { anyOf: [form, VARIABLE] });
  if (value !== undefined) made['default'] = value;
  if (description !== undefined) made['description'] = description;
}
