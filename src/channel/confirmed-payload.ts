/** What a confirmed push may carry: an object that can go to disk and back, and has room for the key. */

import { isDeepStrictEqual } from 'node:util';
import { badOption, UsageError } from '../errors.js';
import { shown } from '../policy/requirements.js';
import type { StoredPush } from './outbox-store.js';

type About = { readonly topic: string; readonly event: string };
/** What the key of a push stands for. */
export type Content = Pick<StoredPush, 'topic' | 'event' | 'payload'>;

/**
 * The payload as it is now, whatever its owner does to it later. Throws `PHX_BAD_OPTION` for what is no plain object or has the field
 * of the key, and `PHX_ENCODING` for what is no JSON.
 */
export function snapshotOf(payload: unknown, keyField: string, about: About): object {
  const given = payload === undefined ? {} : payload;
  requirePlain(given, about);
  const snapshot = throughJson(given, about);
  requirePlain(snapshot, about);
  if (!Object.hasOwn(snapshot, keyField)) return snapshot;
  const remedy = 'leave it out and give the option key, or name another outbox.keyField';
  throw badOption(`${nameOf(about)} has the field '${keyField}', which carries the key: ${remedy}`);
}

/** Whether they say the same, so that one key may stand for both. */
export function isSame(one: Content, other: Content): boolean {
  const isAbout = one.topic === other.topic && one.event === other.event;
  return isAbout && isDeepStrictEqual(one.payload, other.payload);
}

function throughJson(payload: object, about: About): unknown {
  try {
    return JSON.parse(JSON.stringify(payload)) as unknown;
  } catch (cause) {
    const why = `${nameOf(about)} cannot be kept, because it is no JSON: confirmed pushes must be`;
    throw new UsageError('PHX_ENCODING', why, { cause, topic: about.topic });
  }
}

function requirePlain(value: unknown, about: About): asserts value is object {
  if (isPlain(value)) return;
  const what = typeof value === 'object' && value !== null ? 'no plain object' : shown(value);
  const remedy = 'write an object, into which the key goes';
  throw badOption(`${nameOf(about)} is ${what}: ${remedy}`);
}

/** Also one of another realm. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf({ topic, event }: About): string {
  return `the payload of the confirmed push ${event} to ${topic}`;
}
