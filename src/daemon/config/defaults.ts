/** Fills in what the schema says of the daemon's own parts: nobody else has to know it. */

import { about, childOf, formsOf, type Schema, shapeOf } from './schema-walk.js';
import { type Config, configSchema } from './schema.js';

/** Where the library fills in its own defaults, and a topic what its client has, nothing is written. */
const PARTS = ['inbox', 'api', 'admin', 'drain', 'log'] as const;

/** The same with all that is not the library's. */
export function withDefaults(config: Config): Config {
  const filled: { [part: string]: unknown } = { ...config };
  for (const part of PARTS) filled[part] = filledMap(configSchema.shape[part], config[part] ?? {});
  const deliveries = Object.entries(config.deliver ?? {});
  const schema = configSchema.shape.deliver.unwrap().valueType;
  filled['deliver'] = Object.fromEntries(
    deliveries.map(([name, delivery]) => [name, filledMap(schema, delivery)]),
  );
  // Every default has the form that the schema asks for: a test parses them all.
  return filled;
}

type Values = { readonly [key: string]: unknown };

function filledMap(schema: Schema, given: Values): Values {
  const shape = shapeFor(schema, given);
  const entries = Object.entries(shape).map(
    ([key, below]) => [key, filledValue(below, given[key])] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function filledValue(schema: Schema, given: unknown): unknown {
  if (given === undefined) {
    const { standard } = about(schema);
    return standard ?? mapDefault(schema);
  }
  const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
  return isMap && shapeFor(schema, given) !== NONE ? filledMap(schema, given as Values) : given;
}

/** A map whose keys all may be left out, and that has a default of its own in one, is there with its defaults. */
function mapDefault(schema: Schema): unknown {
  const shape = shapeFor(schema, {});
  const keys = Object.values(shape);
  if (keys.length === 0 || keys.some(({ _zod }) => _zod.optin !== 'optional')) return undefined;
  const filled = filledMap(schema, {});
  return Object.keys(filled).length === 0 ? undefined : filled;
}

const NONE: { readonly [key: string]: Schema } = {};

/** The keys of the form that is meant: of a union, the one that knows the first of them. */
function shapeFor(schema: Schema, given: object): { readonly [key: string]: Schema } {
  const forms = formsOf(schema).filter((form) => shapeOf(form) !== null);
  const fits = (form: Schema) => Object.keys(given).every((key) => childOf(form, key) !== null);
  const form = forms.find(fits);
  return form === undefined ? NONE : (shapeOf(form) ?? NONE);
}
