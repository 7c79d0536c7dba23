/** The names that Phoenix reserves. */

export const PHOENIX_TOPIC = 'phoenix';

export const EVENTS = {
  join: 'phx_join',
  leave: 'phx_leave',
  reply: 'phx_reply',
  close: 'phx_close',
  error: 'phx_error',
  heartbeat: 'heartbeat',
} as const;

/** What Phoenix answers, as a reply's `reason`, to a message for a topic that its socket has not joined. */
export const UNMATCHED_TOPIC = 'unmatched topic';

/** What Phoenix answers to a join when `join/3` raised, exited, or returned what it may not. */
export const JOIN_CRASHED = 'join crashed';

/** What Phoenix (from 1.8.9) answers to a join beyond `max_channels_per_transport`, 100 by default. */
export const TOO_MANY_CHANNELS = 'too many channels joined';
