/** The places in the inbox of deliveries that are configured no more: their events are held for nobody. */

import { isConsumerPlace } from './api/consumers.js';
import type { Parts } from './parts.js';

/** One of that name that comes later begins at the end. Consumers have a time of their own after which they go. */
export function forgetOldPlaces({
  inbox,
  deliveries,
  terms,
}: Pick<Parts, 'inbox' | 'deliveries' | 'terms'>): void {
  const known = new Set(deliveries.list.map(({ name }) => name));
  const old = inbox.places.filter((place) => !known.has(place) && !isConsumerPlace(place));
  if (old.length === 0) return;
  for (const place of old) inbox.forget(place);
  terms.log.logger.warn(
    { deliveries: old },
    'deliveries that are configured no more are forgotten, with what waited for them',
  );
}
