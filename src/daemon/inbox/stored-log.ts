/** A log as a database has it: what stands under which key, checked when it is read again. */

import { isBytes, viewOf } from '../../protocol/bytes.js';
import type { EventKind, InboxEvent } from './event.js';
import type { LaneRecord } from './lane.js';
import type { LossRecord } from './loss.js';
import type { PlaceRecord } from './place.js';
import type { TopicRecord } from './topic-book.js';

export const EPOCH = 'epoch';
/** The oldest event that the log keeps: what is older is there for those who have it in flight. */
export const TAIL = 'tail';

/** So that the order of texts is that of numbers: the digits of `Number.MAX_SAFE_INTEGER`. */
const DIGITS = 16;
const EPOCH_FORM = /^[0-9a-f]+$/;
const KINDS: readonly EventKind[] = ['message', 'presence', 'gap', 'state'];

export type StoredEvent = { readonly event: InboxEvent; readonly size: number };
export type StoredLane = LaneRecord & { readonly place: string; readonly topic: string | null };

export class StoredLog {
  epoch: string | null = null;
  tail = 1;
  readonly events: StoredEvent[] = [];
  readonly topics = new Map<string | null, TopicRecord>();
  readonly places = new Map<string, PlaceRecord>();
  readonly lanes: StoredLane[] = [];
  readonly losses: { readonly place: string; readonly loss: LossRecord }[] = [];

  /** False: it is none of a log. Entries come in the order of their keys, so a lane comes before its place. */
  enter(key: string, text: string): boolean {
    try {
      return this.#enter(key, text);
    } catch {
      return false;
    }
  }

  #enter(key: string, text: string): boolean {
    const [kind = '', ...rest] = key.split('!');
    const of = rest.join('!');
    const value = JSON.parse(text) as Fields;
    switch (kind) {
      case EPOCH:
        this.epoch = JSON.parse(text) as string;
        return EPOCH_FORM.test(this.epoch);
      case TAIL:
        this.tail = Number(value);
        return Number.isSafeInteger(value);
      case 'event':
        return this.#enterEvent(Number(of), value, Buffer.byteLength(text));
      default:
        return this.#enterRecord(kind, JSON.parse(of), value);
    }
  }

  #enterEvent(position: number, value: Fields, size: number): boolean {
    const { kind, topic, event, payload, bytes, time, routes, seq, afterGap } = value;
    const isEvent =
      Number.isSafeInteger(position) &&
      KINDS.includes(kind as EventKind) &&
      (topic === null || typeof topic === 'string') &&
      typeof event === 'string' &&
      [time, seq].every(Number.isFinite) &&
      Array.isArray(routes);
    if (!isEvent || this.epoch === null) return false;
    const stored = { kind, topic, event, time, routes, seq, afterGap: afterGap === true };
    const own = { id: `${this.epoch}-${position}`, position };
    const content = typeof bytes === 'string' ? bytesOf(bytes) : (payload ?? null);
    this.events.push({ event: { ...stored, payload: content, ...own } as InboxEvent, size });
    return true;
  }

  #enterRecord(kind: string, of: unknown, value: Fields): boolean {
    const [place, topic] = Array.isArray(of) ? (of as unknown[]) : [of];
    if (kind === 'topic') this.topics.set(of as string | null, value as TopicRecord);
    else if (kind === 'place') this.places.set(of as string, value as PlaceRecord);
    else if (kind === 'lane')
      this.lanes.push({ ...(value as LaneRecord), place, topic } as StoredLane);
    else if (kind === 'loss')
      this.losses.push({ place: place as string, loss: value as LossRecord });
    return ['topic', 'place', 'lane', 'loss'].includes(kind) && isRecord(kind, value);
  }
}

type Fields = { readonly [field: string]: unknown };

/** The fields of each that are numbers. */
const NUMBERS: { readonly [kind: string]: readonly string[] } = {
  topic: ['seq'],
  place: ['from'],
  lane: ['through'],
  loss: ['first', 'last', 'from', 'to', 'seq'],
};

function isRecord(kind: string, value: Fields): boolean {
  const areNumbers = NUMBERS[kind]?.every((name) => Number.isFinite(value[name])) ?? false;
  return areNumbers && (kind !== 'lane' || Array.isArray(value['open']));
}

export function eventKey(position: number): string {
  return `event!${String(position).padStart(DIGITS, '0')}`;
}

export function eventText({ kind, topic, event, payload, ...others }: InboxEvent): string {
  const { time, routes, seq, afterGap } = others;
  const content = isBytes(payload) ? { bytes: textOf(viewOf(payload)) } : { payload };
  return JSON.stringify({ kind, topic, event, ...content, time, routes, seq, afterGap });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
