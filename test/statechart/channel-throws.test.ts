/** A carrier that throws where the chart writes: nothing throws into the chart, and the channel goes on. */

import { describe, expect, test } from 'vitest';
import type { PushFailedFact } from '../../src/channel/facts.js';
import type { PushRequest } from '../../src/channel/push-request.js';
import { DEFAULT_REJOIN } from '../../src/policy/rejoin.js';
import type { WireMessage } from '../../src/protocol/message.js';
import { EVENTS } from '../../src/protocol/names.js';
import { CarriedChannels } from '../support/chart-carrier.js';

const TOPIC = 'room:1';
const JOIN = { timeout: 10_000, rejoin: DEFAULT_REJOIN };

/** Cannot write this event. */
class Broken extends CarriedChannels {
  readonly failed: PushFailedFact[] = [];
  readonly #event: string;

  constructor(event: string) {
    super();
    this.#event = event;
  }

  override send(message: WireMessage): void {
    if (message.event === this.#event) throw new TypeError('secret is not iterable');
    super.send(message);
  }

  override pushFailed(_push?: PushRequest, fact?: PushFailedFact): void {
    if (fact !== undefined) this.failed.push(fact);
  }
}

describe('an error while writing', () => {
  test('what waited for the join drops that push, says nothing of its payload, and sends the others', () => {
    using carried = new Broken('spoilt');
    const terms = { delivery: 'buffered', timeout: 10_000, ttl: 10_000 } as const;
    carried.channels.join(TOPIC, {}, JOIN);
    for (const event of ['first', 'spoilt', 'last']) carried.channels.push(TOPIC, event, {}, terms);
    carried.acceptJoin(TOPIC);

    expect(carried.sent.map(({ event }) => event)).toEqual([EVENTS.join, 'first', 'last']);
    expect(carried.failed).toMatchObject([
      {
        event: 'spoilt',
        error: {
          code: 'PHX_PUSH_DROPPED',
          delivered: 'no',
          message: 'push spoilt to room:1: it could not be written',
        },
      },
    ]);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
  });

  test('a leave ends it at its deadline, and the topic can be joined again', async () => {
    using carried = new Broken(EVENTS.leave);
    carried.joinAccepted(TOPIC);
    const leave = carried.channels.leave(TOPIC).outcome();
    carried.clock.advance(5000);

    await expect(leave).resolves.toMatchObject({ error: { code: 'PHX_LEAVE_TIMEOUT' } });
    expect(carried.ended).toMatchObject([{ topic: TOPIC, cause: 'left' }]);
    carried.joinAccepted(TOPIC);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
  });

  test('a join fails that attempt', async () => {
    using carried = new Broken(EVENTS.join);
    const join = carried.channels.join(TOPIC, {}, JOIN);

    await expect(join.outcome()).resolves.toMatchObject({ error: { code: 'PHX_JOIN_PARAMS' } });
  });
});
