/** Which events a reader asks for. */

import type { InboxEvent } from '../inbox/event.js';
import { eventFilter } from '../inbox/event-filter.js';

/** Patterns; empty: all. */
export type EventChoice = {
  readonly topics: readonly string[];
  readonly events: readonly string[];
};

export function wantsOf(choice: EventChoice): (event: InboxEvent) => boolean {
  return eventFilter(choice);
}

/** In whatever order they are written. */
export function isSame(one: EventChoice, other: EventChoice): boolean {
  return written(one) === written(other);
}

function written({ topics, events }: EventChoice): string {
  return JSON.stringify([topics.toSorted(), events.toSorted()]);
}
