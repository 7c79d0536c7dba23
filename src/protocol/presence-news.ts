/** Reads what Phoenix.Presence says on a topic. Its two events are ordinary ones: Phoenix reserves only what they look like. */

import { isBytes } from './bytes.js';
import type { PresenceDiff, PresenceEntries, PresenceEntry } from './presence.js';

/** The whole list, or who has come and gone since. */
export type PresenceNews =
  | { readonly kind: 'state'; readonly entries: PresenceEntries }
  | ({ readonly kind: 'diff' } & PresenceDiff);

type Fields = { readonly [name: string]: unknown };

/** Null: another event, or a payload that only an application could mean. */
export function readPresence(event: string, payload: unknown): PresenceNews | null {
  switch (event) {
    case 'presence_state':
      return readState(payload);
    case 'presence_diff':
      return readDiff(payload);
    default:
      return null;
  }
}

function readState(payload: unknown): PresenceNews | null {
  const entries = entriesIn(payload);
  return entries === null ? null : { kind: 'state', entries };
}

function readDiff(payload: unknown): PresenceNews | null {
  if (!isFields(payload)) return null;
  const [joins, leaves] = [entriesIn(payload['joins']), entriesIn(payload['leaves'])];
  return joins === null || leaves === null ? null : { kind: 'diff', joins, leaves };
}

/** A key without metas is nobody. */
function entriesIn(value: unknown): PresenceEntries | null {
  if (!isFields(value)) return null;
  const entries = new Map<string, PresenceEntry>();
  for (const [key, presence] of Object.entries(value)) {
    if (!isPresence(presence)) return null;
    if (presence.metas.length > 0) entries.set(key, { ...presence, key });
  }
  return entries;
}

function isPresence(value: unknown): value is Pick<PresenceEntry, 'metas'> {
  if (!isFields(value)) return false;
  const { metas } = value;
  return Array.isArray(metas) && metas.every(isMeta);
}

function isMeta(value: unknown): boolean {
  return isFields(value) && typeof value['phx_ref'] === 'string';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBytes(value);
}
