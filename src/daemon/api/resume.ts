/** Where a stream begins: at an end of the log, or behind what its reader has seen, with a gap if that cannot be known. */

import type { Clock } from '../../clock.js';
import type { InboxEvent } from '../inbox/event.js';
import type { EventLog } from '../inbox/event-log.js';

export type StreamStart = {
  readonly from: 'start' | 'end' | number;
  /** The id that says the same. */
  readonly id: string;
  /** What a reader must be told before anything else; null: it has missed nothing. */
  readonly gap: InboxEvent | null;
};

/** Of a gap that a reader has when it comes back. */
export type ResumeGap = {
  /** `overflow`: what came next is not kept any more; `unknownId`: the id is not of this log, which then has begun anew since. */
  readonly cause: 'overflow' | 'unknownId';
  /** ISO 8601; null: nobody knows. */
  readonly from: string | null;
  readonly to: string;
  readonly dropped: null;
};

/** What a reader resumes from that has seen everything up to a position, whether it was for it or not. */
export function placeOf(epoch: string, position: number): string {
  return `${epoch}-${position}`;
}

/** `after` is an id that we gave, or whatever a reader takes for one. */
export function startOf(
  log: EventLog,
  { after, from }: { after: string | null; from: 'start' | 'end' },
  clock: Clock,
): StreamStart {
  if (after === null) {
    return { from, id: placeOf(log.epoch, from === 'end' ? log.head : log.tail - 1), gap: null };
  }
  const position = positionOf(log, after);
  if (position === null) return behindGap(log, 'unknownId', clock);
  if (position < log.tail - 1) return behindGap(log, 'overflow', clock);
  return { from: position, id: placeOf(log.epoch, position), gap: null };
}

/** The last that a stream says when the daemon stops. */
export function closing(log: EventLog, time: number): InboxEvent {
  const payload = { of: 'stream', from: 'open', to: 'closed', reason: 'draining' };
  return ownEvent(log, { kind: 'state', payload, time, position: log.head, suffix: 'closing' });
}

/** What our own events add to the id of the place they stand at. */
const OWN = /-(?:gap|closing)$/;
/** A lost stretch has the position of its last event, but who has read of one topic's loss has not read of the others'. */
const LOST_FROM = /^[^-]+-\d+-gap-(\d+)$/;

/** The place before the first event is one too, but no event's. */
function positionOf(log: EventLog, id: string): number | null {
  const place = id.replace(OWN, '');
  if (place === placeOf(log.epoch, 0)) return 0;
  const position = log.positionOf(place);
  const [, first] = LOST_FROM.exec(place) ?? [];
  return position === null || first === undefined ? position : Number(first) - 1;
}

/** Goes on with all that is kept: to see something twice is better than never. */
function behindGap(log: EventLog, cause: ResumeGap['cause'], clock: Clock): StreamStart {
  const position = log.tail - 1;
  const time = log.read(position, 1)[0]?.time ?? clock.now();
  const payload: ResumeGap = { cause, from: null, to: new Date(time).toISOString(), dropped: null };
  const gap = ownEvent(log, { kind: 'gap', payload, time, position, suffix: 'gap' });
  return { from: 'start', id: placeOf(log.epoch, position), gap };
}

type OwnEvent = Pick<InboxEvent, 'payload' | 'time' | 'position'> & {
  readonly kind: 'gap' | 'state';
  /** Tells its id from that of the event at its position. */
  readonly suffix: string;
};

function ownEvent(log: EventLog, { suffix, ...facts }: OwnEvent): InboxEvent {
  const id = `${placeOf(log.epoch, facts.position)}-${suffix}`;
  return { ...facts, id, topic: null, event: facts.kind, routes: ['*'], seq: 0, afterGap: false };
}
