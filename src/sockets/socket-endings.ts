/** How sessions end that nobody else has a word for: what the socket's chart records of it. */

import { type Close, lost } from '../protocol/close.js';

export const REQUESTED: Close = {
  cause: 'requested',
  code: 1000,
  reason: 'disconnect',
  status: null,
};

export const requested = { type: 'record', params: { close: REQUESTED } } as const;
export const unanswered = ended('heartbeatTimeout', 'no answer to the heartbeat in time');
export const undialed = ended('credentials', 'credentials gave no answer in time');
export const unopened = ended('connectTimeout', 'the server did not answer the dial in time');

function ended(cause: Close['cause'], reason: string) {
  return { type: 'record', params: { close: lost(cause, reason) } } as const;
}
