/** What of a configuration is never shown, and how the rest of it is. */

import type { Path } from './origin.js';
import { about, childOf, formsOf, type Schema } from './schema-walk.js';

type Secrecy = 'value' | 'address' | 'path' | null;

/** A text of such a value appears nowhere. */
export function isSecret(schema: Schema, path: Path): boolean {
  return secrecyAt(schema, path) !== null;
}

/** The strictest word of the schema on the way to a value. */
export function secrecyAt(schema: Schema, path: Path): Secrecy {
  const [key, ...rest] = path;
  const own = secrecyOf(schema);
  if (own !== null || key === undefined) return own;
  const children = formsOf(schema).flatMap((form) => childOf(form, key) ?? []);
  // A key that the schema does not know may hold anything.
  if (children.length === 0) return 'value';
  return children.map((child) => secrecyAt(child, rest)).find((found) => found !== null) ?? null;
}

function secrecyOf(schema: Schema): Secrecy {
  const words = [schema, ...formsOf(schema)].map((each) => about(each).secret);
  return words.find((word) => word !== undefined) ?? null;
}

const HIDDEN = '***';

/** As it may be shown. */
export function redactedValue(secrecy: Secrecy, value: unknown): unknown {
  if (secrecy === null || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'string' || secrecy === 'value') return HIDDEN;
  if (secrecy === 'path') return value.includes('/') ? value : HIDDEN;
  return redactedAddress(value);
}

/** An address without userinfo and fragment, its query without values. */
function redactedAddress(text: string): string {
  if (text.startsWith('unix:')) return text.replace(/[?#].*$/s, `?${HIDDEN}`);
  if (!URL.canParse(text)) return HIDDEN;
  const url = new URL(text);
  const names = [...new Set(url.searchParams.keys())];
  const query = names.map((name) => `${encodeURIComponent(name)}=${HIDDEN}`).join('&');
  const userinfo = url.username === '' && url.password === '' ? '' : `${HIDDEN}@`;
  return `${url.protocol}//${userinfo}${url.host}${url.pathname}${query === '' ? '' : `?${query}`}`;
}
