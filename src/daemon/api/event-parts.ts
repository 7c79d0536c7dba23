/** What the event routes need, made once for a daemon. */

import { type Clock, systemClock } from '../../clock.js';
import type { EventLog } from '../inbox/event-log.js';
import { Consumers, type ConsumersTerms } from './consumers.js';
import { EventStreams, type StreamsTerms } from './event-streams.js';

export type EventParts = {
  readonly log: EventLog;
  /** Of the events: the address of the socket, without what is secret of it. */
  readonly source: string;
  readonly clock: Clock;
  /** Aborts when the daemon stops. */
  readonly draining: AbortSignal;
  readonly streams: EventStreams;
  readonly consumers: Consumers;
};

type EventTerms = Pick<EventParts, 'log' | 'source' | 'draining'> & {
  readonly clock?: Clock;
  readonly limits?: Pick<StreamsTerms, 'streams' | 'keepAlive'> &
    Pick<ConsumersTerms, 'consumers' | 'pulls' | 'idle'>;
};

export function eventParts({ clock = systemClock, limits, ...terms }: EventTerms): EventParts {
  const common = { ...limits, ...terms, clock };
  const streams = new EventStreams(common);
  return { ...terms, clock, streams, consumers: new Consumers(common) };
}
