/** What tells two orders apart that come with the same key. */

import { createHash } from 'node:crypto';
import type { PushOrder } from './push-desk.js';

/** The same for orders that push the same, in whatever order their fields come. How long each is waited for may differ. */
export function printOf({ topic, event, payload, delivery }: PushOrder): string {
  const hash = createHash('sha256');
  if (payload instanceof Uint8Array) hash.update('bytes').update(payload);
  else hash.update('json').update(JSON.stringify(payload ?? {}, sorted));
  return hash.update(JSON.stringify([topic, event, delivery])).digest('base64');
}

/** Of JSON text, or of bytes. */
export function byteLength(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return value === undefined ? 0 : JSON.stringify(value).length;
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
}
