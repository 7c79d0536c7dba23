/** Events for the tests of the inbox, and what a cursor makes of them. */

import type { Cursor, CursorTerms } from '../../../src/daemon/inbox/event-log.js';
import type { InboxEvent, NewEvent } from '../../../src/daemon/inbox/event.js';

export const ROOMY = { messages: 1000, size: 2 ** 20 };
export const ALL: CursorTerms = { wants: () => true, order: 'none', lasting: false, from: 'start' };
export const BY_TOPIC: CursorTerms = { ...ALL, order: 'perTopic' };
export const LASTING: CursorTerms = { ...BY_TOPIC, lasting: true };

/** A message of that topic; its payload is its number. */
export function news(
  topic: string | null,
  payload: unknown = {},
  fields: Partial<NewEvent> = {},
): NewEvent {
  return { kind: 'message', topic, event: 'said', payload, time: 1000, routes: ['*'], ...fields };
}

/** All that it gives now, which is then in flight. */
export function taken(cursor: Cursor): readonly InboxEvent[] {
  const events: InboxEvent[] = [];
  for (let event = cursor.next(); event; event = cursor.next()) events.push(event);
  return events;
}

/** All that it gives, each done at once. */
export function consumed(cursor: Cursor): readonly InboxEvent[] {
  const events: InboxEvent[] = [];
  for (let event = cursor.next(); event; event = cursor.next()) {
    events.push(event);
    cursor.done(event);
  }
  return events;
}

/** Short: `topic payload`, `topic gap n` for what was lost. */
export function told(events: readonly InboxEvent[]): readonly string[] {
  return events.map(({ topic, kind, payload }) => {
    const dropped = (payload as { dropped?: unknown } | null)?.dropped;
    return `${String(topic)} ${kind === 'gap' ? `gap ${String(dropped)}` : JSON.stringify(payload)}`;
  });
}
