/** The two forms of a stream of events: server-sent events, and one JSON document a line. */

import type { InboxEvent } from '../inbox/event.js';

export interface StreamForm {
  readonly type: string;
  /** What comes before the first event; `id` is the place behind which the stream begins. */
  opening(id: string): string;
  /** `id` is where a reader goes on that has read this. */
  event(event: InboxEvent, id: string): string;
  /** Said when nothing else is; empty: nothing is. */
  idle(id: string): string;
}

export type ToJson = (event: InboxEvent) => string;

/** How long an `EventSource` waits before it connects again, unless it knows better. */
const RETRY = 1000;

/**
 * A block without data sets the id that a reader resumes from, and dispatches nothing (HTML, "9.2.6 Interpreting an event stream"): so one
 * that has seen no event yet, or none for long, resumes from the right place. The event's name is its kind, never the server's word:
 * `message` is what `EventSource.onmessage` gets, and no line break can come into it.
 */
export function serverSentEvents(toJson: ToJson): StreamForm {
  return {
    type: 'text/event-stream',
    opening: (id) => `retry: ${RETRY}\nid: ${id}\n\n`,
    event: (event, id) => `id: ${id}\nevent: ${event.kind}\ndata: ${toJson(event)}\n\n`,
    idle: (id) => `: keep-alive\nid: ${id}\n\n`,
  };
}

/** Readers parse every line, so nothing is said between events. */
export function linesOfJson(toJson: ToJson): StreamForm {
  return {
    type: 'application/x-ndjson',
    opening: () => '',
    event: (event) => `${toJson(event)}\n`,
    idle: () => '',
  };
}
