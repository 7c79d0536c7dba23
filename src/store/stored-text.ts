/** A push as the text that a store keeps, checked when it is read again. */

import type { StoredPush } from '../channel/outbox-store.js';
import { UsageError, wordsOf } from '../errors.js';

/** Taken at once, so that what is stored is what was pushed. Throws `PHX_ENCODING`. */
export function textOf({ key, topic, event, payload, expires }: StoredPush): string {
  try {
    return JSON.stringify({ key, topic, event, payload, expires });
  } catch (cause) {
    const problem = `cannot store "${event}" on "${topic}": ${wordsOf(cause)}`;
    throw new UsageError('PHX_ENCODING', problem, { topic, cause });
  }
}

/** Null: the text is no push. */
export function pushOf(text: string): StoredPush | null {
  const push = parsed(text);
  return isPush(push) ? push : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isPush(value: unknown): value is StoredPush {
  if (typeof value !== 'object' || value === null) return false;
  const { key, topic, event, payload, expires } = value as Partial<StoredPush>;
  const areNames = [key, topic, event].every((name) => typeof name === 'string');
  return areNames && payload !== undefined && (expires === null || Number.isFinite(expires));
}
