/** What may wait to be sent, for how long, and what goes when too much waits. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, Delivered, ErrorCode, Push } from '../../src/index.js';
import type { Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const MANUAL: ClientOptions = { autoConnect: false };

/** Wants a topic, and is not connected. */
async function down(
  outbox: ClientOptions['outbox'] = {},
  script: Script = {},
): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { options: { ...MANUAL, outbox }, script });
  sim.worker.join('room:1');
  return sim;
}

/** The events that reach the server once the worker connects. */
async function sentOn(sim: Simulation): Promise<readonly string[]> {
  sim.worker.connect();
  await sim.quiet();
  return sim.phoenix.received.slice(1).map(({ event }) => event);
}

/** Whether a push settled, and how. */
async function fateOf(push: Push): Promise<[ErrorCode, Delivered] | 'ok' | 'pending'> {
  const outcome = await Promise.race([push.outcome(), soon()]);
  if (outcome === null) return 'pending';
  return outcome.ok ? 'ok' : [outcome.error.code, outcome.error.delivered];
}

/** Null, once everything has happened that can without time passing. */
function soon(): Promise<null> {
  return new Promise((resolve) => {
    setImmediate(resolve, null);
  });
}

const DROPPED = ['PHX_PUSH_DROPPED', 'no'];

describe('a push while its topic is not joined', () => {
  test('waits for the join, and goes out in the order of the calls', async () => {
    await using sim = await down();
    for (const event of ['a', 'b', 'c']) sim.worker.push('room:1', event);
    await sim.pass(30_000);

    await expect(sentOn(sim)).resolves.toEqual(['a', 'b', 'c']);
  });

  test('fails when it is volatile', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'now', {}, { delivery: 'volatile' });

    await expect(fateOf(push)).resolves.toEqual(DROPPED);
    await expect(sentOn(sim)).resolves.toEqual([]);
  });

  test('fails when there is no outbox', async () => {
    await using sim = await down(false);
    const push = sim.worker.push('room:1', 'now');

    await expect(push.outcome()).resolves.toMatchObject({
      error: { message: 'push now to room:1: room:1 is not joined and there is no outbox' },
    });
    await expect(sentOn(sim)).resolves.toEqual([]);
  });

  test('fails when nobody wants the topic', async () => {
    await using sim = await down();
    await expect(fateOf(sim.worker.push('room:9', 'now'))).resolves.toEqual(DROPPED);
  });

  test('fails while the topic is being left, and waits when it is wanted again', async () => {
    await using sim = await down({}, { leave: () => null });
    await sentOn(sim);
    sim.worker.leave('room:1');
    await expect(fateOf(sim.worker.push('room:1', 'refused'))).resolves.toEqual(DROPPED);

    sim.worker.join('room:1');
    sim.worker.push('room:1', 'after');
    await sim.pass(5000);
    expect(sim.phoenix.received.map(({ event }) => event)).toEqual([
      'phx_join',
      'phx_leave',
      'phx_join',
      'after',
    ]);
  });

  test('fails when the topic is left meanwhile', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'waiting');
    sim.worker.leave('room:1');

    await expect(fateOf(push)).resolves.toEqual(DROPPED);
  });

  test('fails at once when the topic is left, even if it is wanted again right after', async () => {
    await using sim = await down({}, { join: () => null, leave: () => null });
    await sentOn(sim);
    const push = sim.worker.push('room:1', 'waiting');
    sim.worker.leave('room:1');
    sim.worker.join('room:1');

    await expect(fateOf(push)).resolves.toEqual(DROPPED);
  });

  test('fails when the topic is given up meanwhile', async () => {
    await using sim = await down({}, { join: () => ['error', {}] });
    sim.worker.join('room:2', {}, { rejoin: false });
    const push = sim.worker.push('room:2', 'waiting');
    await sentOn(sim);

    await expect(fateOf(push)).resolves.toEqual(DROPPED);
  });

  test('waits 60 s, and then fails', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'late');
    await sim.pass(59_999);
    await expect(fateOf(push)).resolves.toBe('pending');
    await sim.pass(1);

    await expect(push.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_DROPPED',
        message: 'push late to room:1: it waited 60000 ms without being sent',
      },
    });
    await expect(sentOn(sim)).resolves.toEqual([]);
  });

  test('waits as long as its own ttl says', async () => {
    await using sim = await down({ ttl: '1s' });
    const [short, long] = [
      sim.worker.push('room:1', 'short'),
      sim.worker.push('room:1', 'long', {}, { ttl: '2m' }),
    ];
    await sim.pass(1000);
    await expect(fateOf(short)).resolves.toEqual(DROPPED);
    await sim.pass(118_999);
    await expect(fateOf(long)).resolves.toBe('pending');
    await sim.pass(1);
    await expect(fateOf(long)).resolves.toEqual(DROPPED);
  });

  test('may be taken back', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'waiting');
    sim.worker.push('room:1', 'other');

    expect([push.cancel(), push.cancel()]).toEqual([true, false]);
    await expect(fateOf(push)).resolves.toEqual(DROPPED);
    await expect(sentOn(sim)).resolves.toEqual(['other']);
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('may not be taken back once it is sent', async () => {
    await using sim = await down();
    await sentOn(sim);
    const push = sim.worker.push('room:1', 'sent');

    expect(push.cancel()).toBe(false);
    await expect(fateOf(push)).resolves.toBe('pending');
  });
});

describe('a full outbox', () => {
  test('of so many messages refuses the newest', async () => {
    await using sim = await down({ messages: 2 });
    const pushes = ['a', 'b', 'c'].map((event) => sim.worker.push('room:1', event));

    await expect(pushes[2]?.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_DROPPED',
        delivered: 'no',
        message:
          "push c to room:1: the outbox of the topic is full (2 messages or 4194304 bytes, whenFull 'reject')",
      },
    });
    await expect(sentOn(sim)).resolves.toEqual(['a', 'b']);
  });

  test('is not what a push larger than the whole of it is told, though nothing waits', async () => {
    await using sim = await down({ size: 100 });
    const push = sim.worker.push('room:1', 'a', 'x'.repeat(200));

    const outcome = await push.outcome();
    expect(outcome).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' } });
    expect(outcome.ok ? '' : outcome.error.message).toMatch(
      /^push a to room:1: its \d{3} bytes are more than the outbox of the topic holds \(100 bytes\)$/,
    );
  });

  test('of so many messages drops the oldest, if told so', async () => {
    await using sim = await down({ messages: 2, whenFull: 'dropOldest' });
    const pushes = ['a', 'b', 'c'].map((event) => sim.worker.push('room:1', event));

    await expect(fateOf(pushes[0] as Push)).resolves.toEqual(DROPPED);
    await expect(sentOn(sim)).resolves.toEqual(['b', 'c']);
  });

  test('of so many bytes drops as many of the oldest as the new one needs', async () => {
    await using sim = await down({ size: 200, whenFull: 'dropOldest' });
    for (const event of ['a', 'b', 'c']) sim.worker.push('room:1', event);
    sim.worker.push('room:1', 'big', { text: 'x'.repeat(120) });

    await expect(sentOn(sim)).resolves.toEqual(['c', 'big']);
  });

  test('refuses what would never fit, and drops nothing for it', async () => {
    await using sim = await down({ size: 200, whenFull: 'dropOldest' });
    sim.worker.push('room:1', 'small');
    const push = sim.worker.push('room:1', 'huge', { text: 'x'.repeat(300) });

    await expect(fateOf(push)).resolves.toEqual(DROPPED);
    await expect(sentOn(sim)).resolves.toEqual(['small']);
  });

  test('of one topic is not that of another', async () => {
    await using sim = await down({ messages: 1 });
    sim.worker.join('room:2');
    sim.worker.push('room:1', 'a');
    const other = sim.worker.push('room:2', 'b');

    await expect(fateOf(other)).resolves.toBe('pending');
  });

  test('has room again when a push is taken back or too late', async () => {
    await using sim = await down({ messages: 1 });
    sim.worker.push('room:1', 'a').cancel();
    sim.worker.push('room:1', 'b', {}, { ttl: '1s' });
    await sim.pass(1000);
    sim.worker.push('room:1', 'c');

    await expect(sentOn(sim)).resolves.toEqual(['c']);
  });
});

describe('a push that cannot be made', () => {
  test.each([
    ['phx_join', "event 'phx_join' cannot be pushed: join and leave do"],
    ['phx_leave', "event 'phx_leave' cannot be pushed: join and leave do"],
    ['', "event '' cannot be pushed: join and leave do"],
  ])('for its event %j is refused at once', async (event, message) => {
    await using sim = await down();
    expect(() => sim.worker.push('room:1', event)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message, topic: 'room:1' }),
    );
  });

  test.each<[string, object]>([
    ['timeout', { timeout: '10 sec' }],
    ['ttl', { ttl: -1 }],
    ['delivery', { delivery: 'guaranteed' }],
  ])('for its %s is refused at once', async (name, options) => {
    await using sim = await down();
    expect(() => sim.worker.push('room:1', 'ping', {}, options)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(new RegExp(`^${name} is `)),
      }),
    );
  });
});
