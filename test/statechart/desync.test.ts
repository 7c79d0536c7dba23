/** When "unmatched topic" means that the server has lost a membership, and when it is old news. */

import { describe, expect, test } from 'vitest';
import { EVENTS, UNMATCHED_TOPIC } from '../../src/protocol/names.js';
import { CarriedChannels } from '../support/chart-carrier.js';

const TOPIC = 'room:1';
const UNMATCHED = { reason: UNMATCHED_TOPIC };

describe('a push that got "unmatched topic" ends the membership', () => {
  test('when it was made under the present one, and the topic is joined again', () => {
    using carried = new CarriedChannels();
    const first = carried.joinAccepted(TOPIC);
    const push = carried.push(TOPIC);
    carried.reply(TOPIC, null, push.ref, 'error', UNMATCHED);
    expect(carried.ended).toEqual([
      { topic: TOPIC, cause: 'desync', payload: {}, retryIn: expect.any(Number) },
    ]);
    carried.clock.advance(1000);
    expect(carried.acceptJoin(TOPIC)).not.toBe(first);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
  });

  test('not when the reply is late, and the topic was joined again since', () => {
    using carried = new CarriedChannels();
    const joinRef = carried.joinAccepted(TOPIC);
    const push = carried.push(TOPIC);
    carried.channels.receive({ kind: 'crashed', topic: TOPIC, joinRef, payload: {} });
    carried.clock.advance(1000);
    carried.acceptJoin(TOPIC);
    carried.reply(TOPIC, null, push.ref, 'error', UNMATCHED);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
    expect(carried.ended.map(({ cause }) => cause)).toEqual(['crashed']);
  });

  test('not when the topic is being left anyway', () => {
    using carried = new CarriedChannels();
    carried.joinAccepted(TOPIC);
    const push = carried.push(TOPIC);
    carried.channels.leave(TOPIC);
    carried.reply(TOPIC, null, push.ref, 'error', UNMATCHED);
    expect(carried.ended).toEqual([]);
    expect(carried.sent.at(-1)?.event).toBe(EVENTS.leave);
  });

  test('not when the channel itself says so, under its join_ref', () => {
    using carried = new CarriedChannels();
    const joinRef = carried.joinAccepted(TOPIC);
    const push = carried.push(TOPIC);
    carried.reply(TOPIC, joinRef, push.ref, 'error', UNMATCHED);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
  });

  test('not when nobody waits for that reply', () => {
    using carried = new CarriedChannels();
    carried.joinAccepted(TOPIC);
    carried.reply(TOPIC, null, '999', 'error', UNMATCHED);
    expect(carried.channels.isJoined(TOPIC)).toBe(true);
  });
});
