/** What a cursor that lagged has lost of one topic, and the `gap` event that tells it. */

import type { GapPayload, InboxEvent } from './event.js';
import type { Noted } from './journal.js';

export type LossRecord = {
  /** Null: of several, there being too many to tell each. */
  readonly topic: string | null;
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  /** Null: nobody knows which of them it would have wanted. */
  readonly dropped: number | null;
  readonly seq: number;
  readonly routes: readonly string[];
};

/** Only the id of such a gap has this in it: an epoch is hexadecimal, a position a number. */
const MARK = '-gap-';

export class Loss implements Noted {
  readonly key: string;
  #record: LossRecord | null;

  constructor(place: string, record: LossRecord) {
    this.key = lossKey(place, record.first);
    this.#record = record;
  }

  get text(): string | null {
    return this.#record && JSON.stringify(this.#record);
  }

  get record(): LossRecord | null {
    return this.#record;
  }

  add(later: LossRecord): void {
    const { dropped, ...soFar } = this.#record ?? later;
    const { last, to, seq, routes } = later;
    const all = dropped === null || later.dropped === null ? null : dropped + later.dropped;
    this.#record = { ...soFar, last, to, seq, routes, dropped: all };
  }

  /** It was told. */
  end(): void {
    this.#record = null;
  }
}

function lossKey(place: string, first: number): string {
  return `loss!${JSON.stringify([place, first])}`;
}

export function lossOf(event: InboxEvent, topic: string | null, dropped: 1 | null): LossRecord {
  const { position, time, seq, routes } = event;
  return { topic, first: position, last: position, from: time, to: time, dropped, seq, routes };
}

/** In the place of the last that was lost. */
export function gapEventOf(epoch: string, loss: LossRecord): InboxEvent {
  const payload: GapPayload = {
    cause: 'overflow',
    from: new Date(loss.from).toISOString(),
    to: new Date(loss.to).toISOString(),
    dropped: loss.dropped,
  };
  return {
    kind: 'gap',
    topic: loss.topic,
    event: 'gap',
    payload,
    time: loss.to,
    routes: loss.routes,
    id: `${epoch}-${loss.last}${MARK}${loss.first}`,
    position: loss.last,
    seq: loss.seq,
    afterGap: false,
  };
}

export function tellsLoss({ id }: InboxEvent): boolean {
  return id.includes(MARK);
}
