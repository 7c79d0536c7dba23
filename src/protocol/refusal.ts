/** Why a reply says no, in the words that Phoenix itself uses. */

import { JOIN_CRASHED, TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from './names.js';

export function hasReason(response: unknown, reason: string): boolean {
  return (
    typeof response === 'object' &&
    response !== null &&
    'reason' in response &&
    response.reason === reason
  );
}

const OF_PHOENIX = [UNMATCHED_TOPIC, JOIN_CRASHED, TOO_MANY_CHANNELS];

/** The reason, if it is one of Phoenix's own; null: it is the application's business. */
export function phoenixReason(response: unknown): string | null {
  return OF_PHOENIX.find((reason) => hasReason(response, reason)) ?? null;
}
