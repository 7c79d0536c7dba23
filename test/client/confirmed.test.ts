/** A confirmed push is kept until it is replied to, and sent again whenever no reply can come. */

import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../src/index.js';
import { confirm, confirming, delivered, factsOf, reply, TOPIC } from '../support/confirming.js';
import { OK } from '../support/memory-phoenix.js';

describe('a confirmed push is refused at once, and nothing has happened,', () => {
  test.each<[string, unknown]>([
    ['bytes', new Uint8Array([1])],
    ['an array', [1]],
    ['null', null],
    ['text', 'text'],
    ['a Map', new Map()],
    ['an object that has the field of the key', { idempotency_key: 'mine' }],
    ['an object that turns into something else', { toJSON: () => 5 }],
  ])('for a payload that is %s', async (_, payload) => {
    await using sim = await confirming();
    const push = () => sim.worker.push(TOPIC, 'ship', payload, { delivery: 'confirmed' });
    expect(push).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    expect(delivered(sim)).toEqual([]);
    expect(sim.client.confirmed.list()).toEqual([]);
  });

  test('for a payload that is no JSON', async () => {
    await using sim = await confirming();
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const push = () => sim.worker.push(TOPIC, 'ship', cycle, { delivery: 'confirmed' });
    expect(push).toThrow(expect.objectContaining({ code: 'PHX_ENCODING' }));
  });

  test.each([
    ['an empty key', { key: '' }],
    ['a key of 256 characters', { key: 'k'.repeat(256) }],
  ])('for %s', async (_, options) => {
    await using sim = await confirming();
    expect(() => confirm(sim, 'ship', options)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION' }),
    );
  });

  test('without an outbox', async () => {
    await using sim = await confirming({ outbox: false });
    expect(() => confirm(sim, 'ship')).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
  });

  test('for a key that another push has', async () => {
    await using sim = await confirming();
    confirm(sim, 'ship', { key: 'order:1' });
    const refused = expect.objectContaining({ code: 'PHX_BAD_OPTION' });
    expect(() => confirm(sim, 'bill', { key: 'order:1' })).toThrow(refused);
    const other = { delivery: 'confirmed', key: 'order:1' } as const;
    expect(() => sim.worker.push(TOPIC, 'ship', { items: ['another'] }, other)).toThrow(refused);
  });
});

test('to a topic that nobody wants it fails at once', async () => {
  await using sim = await confirming();
  const push = sim.worker.push('orders:2', 'ship', {}, { delivery: 'confirmed', key: 'order:2' });
  expect(await push.outcome()).toMatchObject({
    error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
  });
});

describe('no reply comes', () => {
  test('on a join that lives: it is sent again with the same ref and key, then it is a dead letter and the next goes on', async () => {
    const letters: DeadLetter[] = [];
    const onDeadLetter = (letter: DeadLetter) => void letters.push(letter);
    await using sim = await confirming({
      confirmed: { resends: 2, min: 100, jitter: 'none', onDeadLetter },
    });
    confirm(sim, 'ship');
    confirm(sim, 'bill');
    await sim.quiet();
    expect(delivered(sim)).toEqual(['ship key:1']);

    await sim.pass(10_099);
    expect(delivered(sim)).toEqual(['ship key:1']);
    await sim.pass(1);
    expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1']);
    await sim.pass(10_200);
    expect(delivered(sim)).toHaveLength(3);
    expect(new Set(sim.phoenix.sent('ship').map(({ ref }) => ref)).size).toBe(1);

    await sim.pass(10_000);
    expect(delivered(sim).slice(3)).toEqual(['bill key:2']);
    const error = { code: 'PHX_PUSH_TIMEOUT', delivered: 'unknown' };
    const fact = { topic: TOPIC, event: 'ship', payload: { of: 'ship' }, key: 'key:1' };
    expect(sim.given('handlePushError')).toMatchObject([{ ...fact, error }]);
    expect(letters).toMatchObject([{ ...fact, sendings: 3, error }]);
    expect(factsOf(sim)).toEqual(['push.resent', 'push.resent', 'push.abandoned']);
  });

  test('before the socket falls: it waits, and goes out after the rejoin, before all that came later', async () => {
    await using sim = await confirming();
    const push = confirm(sim, 'ship');
    confirm(sim, 'bill');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(1000);
    expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1']);

    reply(sim, 'ship');
    expect(await push.ok()).toEqual({ to: 'ship' });
    await sim.quiet();
    expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1', 'bill key:2']);
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test.each(['crash', 'close'] as const)(
    'before the channel ends by a %s: it goes out after the rejoin, and that is no resend',
    async (end) => {
      await using sim = await confirming({
        confirmed: { resends: 0 },
        timeouts: { push: '10m' },
      });
      const push = confirm(sim, 'ship');
      await sim.quiet();
      for (let n = 0; n < 3; n += 1) {
        sim.phoenix[end](TOPIC);
        await sim.pass(61_000);
      }
      expect(sim.given('handlePushError')).toEqual([]);
      reply(sim, 'ship');
      expect(await push.ok()).toEqual({ to: 'ship' });
    },
  );

  test('because the push crashes its channel each time: it does not block the topic for ever', async () => {
    await using sim = await confirming({ confirmed: { crashes: 3 } });
    sim.phoenix.script = {
      push: (message) => {
        if (message.event !== 'poison') return OK;
        sim.phoenix.crash(TOPIC);
        return null;
      },
    };
    confirm(sim, 'poison');
    const next = confirm(sim, 'ship').outcome();
    await sim.pass(60_000);

    expect(sim.phoenix.sent('poison')).toHaveLength(3);
    expect(sim.given('handlePushError')).toMatchObject([
      { event: 'poison', error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' } },
    ]);
    expect(await next).toMatchObject({ ok: true });
  });

  test('because its channel crashes, but not in a row: in between no reply came in time', async () => {
    await using sim = await confirming({ confirmed: { crashes: 2 } });
    const outcome = confirm(sim, 'ship', { timeout: 1000 }).outcome();
    await sim.quiet();
    for (const crashed of [1, 2]) {
      sim.phoenix.crash(TOPIC);
      // Rejoined and sent again within 2 s, unanswered after 1 s more, and sent once more after as much.
      await sim.pass(4000);
      expect(sim.phoenix.sent('ship').length).toBeGreaterThan(2 * crashed);
    }
    expect(sim.given('handlePushError')).toEqual([]);
    reply(sim, 'ship');
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('because nobody knows the topic: that is no answer, and it waits for the rejoin', async () => {
    let isKnown = false;
    await using sim = await confirming(
      {},
      {
        push: (message) => {
          if (!isKnown) sim.phoenix.replyUnmatched(message);
          return isKnown ? OK : null;
        },
      },
    );
    const outcome = confirm(sim, 'ship').outcome();
    await sim.quiet();
    isKnown = true;
    await sim.pass(10_000);
    expect(await outcome).toMatchObject({ ok: true });
    expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1']);
  });
});

describe('a reply', () => {
  test('that is late, to a sending under an earlier join, settles it; a second one is stale', async () => {
    await using sim = await confirming();
    const push = confirm(sim, 'ship');
    await sim.quiet();
    const [first] = sim.phoenix.sent('ship');
    sim.phoenix.crash(TOPIC);
    await sim.quiet();
    sim.phoenix.reply(first!, OK);
    expect(await push.outcome()).toMatchObject({ ok: true });

    await sim.pass(5000);
    sim.phoenix.reply(first!, OK);
    await sim.quiet();
    expect(delivered(sim)).toHaveLength(1);
    expect(sim.telemetry.filter(({ name }) => name === 'message.stale')).toHaveLength(1);
  });

  test('nobody asked for is told with its key', async () => {
    await using sim = await confirming({}, { push: () => OK });
    confirm(sim, 'ship', { key: 'order:1' });
    await sim.quiet();
    expect(sim.given('handleReply')).toMatchObject([
      { topic: TOPIC, event: 'ship', key: 'order:1', status: 'ok' },
    ]);
  });

  test('of an error is final', async () => {
    await using sim = await confirming({}, { push: () => ['error', { reason: 'no' }] });
    await expect(confirm(sim, 'ship').ok()).rejects.toMatchObject({ code: 'PHX_PUSH_REFUSED' });
    await sim.pass(100_000);
    expect(delivered(sim)).toHaveLength(1);
  });

  test('of an error counts as none where the policy retries, until there were too many', async () => {
    const letters: DeadLetter[] = [];
    const onDeadLetter = (letter: DeadLetter) => void letters.push(letter);
    await using sim = await confirming(
      { confirmed: { errors: 'retry', resends: 2, onDeadLetter } },
      { push: () => ['error', { reason: 'busy' }] },
    );
    confirm(sim, 'ship');
    await sim.pass(100_000);
    expect(delivered(sim)).toHaveLength(3);
    expect(sim.given('handleReply')).toMatchObject([{ key: 'key:1', status: 'error' }]);
    expect(letters).toMatchObject([{ sendings: 3, error: { code: 'PHX_PUSH_REFUSED' } }]);
  });
});

describe('of one topic', () => {
  test('one is in flight at a time, and buffered pushes neither wait for it nor hold it up', async () => {
    await using sim = await confirming();
    for (const event of ['a', 'b', 'c']) confirm(sim, event);
    sim.worker.push(TOPIC, 'buffered');
    await sim.quiet();
    expect(sim.phoenix.received.map(({ event }) => event).slice(1)).toEqual(['a', 'buffered']);
    for (const event of ['a', 'b', 'c']) {
      reply(sim, event);
      await sim.quiet();
    }
    expect(delivered(sim)).toEqual(['a key:1', 'b key:2', 'c key:3']);
  });

  test('as many are in flight as the window allows', async () => {
    await using sim = await confirming({ confirmed: { window: 2 } });
    for (const event of ['a', 'b', 'c']) confirm(sim, event);
    await sim.quiet();
    expect(delivered(sim)).toHaveLength(2);
    reply(sim, 'b');
    await sim.quiet();
    expect(delivered(sim)).toEqual(['a key:1', 'b key:2', 'c key:3']);
  });

  test('what was pushed is what is sent again, whatever its owner did to it since', async () => {
    await using sim = await confirming();
    const payload = { items: [1] };
    sim.worker.push(TOPIC, 'ship', payload, { delivery: 'confirmed' });
    payload.items.push(2);
    sim.phoenix.cut();
    await sim.pass(1000);
    expect(sim.phoenix.sent('ship').at(-1)?.payload).toMatchObject({ items: [1] });
  });

  test('one with a key that waits already is that push', async () => {
    await using sim = await confirming();
    const push = confirm(sim, 'ship', { key: 'order:1' });
    expect(confirm(sim, 'ship', { key: 'order:1' })).toBe(push);
    await sim.quiet();
    reply(sim, 'ship');
    await sim.quiet();
    expect(confirm(sim, 'ship', { key: 'order:1' })).not.toBe(push);
  });
});
