/** Whom the outcome of a push reaches: who asked for it, or else a callback, and never both. */

import { describe, expect, test } from 'vitest';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const ANSWERING: Script = { push: () => ['ok', { price: 7 }] };

async function joined(script: Script = ANSWERING): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

describe('a reply', () => {
  test('that nobody has asked for reaches handleReply', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'quote', { id: 1 });
    await sim.quiet();

    const { ref } = push;
    const response = { price: 7 };
    expect(sim.given('handleReply')).toEqual([
      { topic: 'room:1', event: 'quote', ref, key: null, status: 'ok', response },
    ]);
  });

  test('with any status reaches handleReply', async () => {
    await using sim = await joined({ push: () => ['accepted', [1, 2]] });
    sim.worker.push('room:1', 'quote');
    await sim.quiet();

    expect(sim.given('handleReply')).toMatchObject([{ status: 'accepted', response: [1, 2] }]);
  });

  test.each(['ok', 'outcome', 'reply'] as const)(
    'that somebody has asked for by %s() reaches them alone',
    async (ask) => {
      await using sim = await joined();
      const answer = sim.worker.push('room:1', 'quote')[ask]();
      await sim.quiet();

      await expect(answer).resolves.toBeDefined();
      expect(sim.given('handleReply')).toEqual([]);
    },
  );

  test('still reaches handleReply when somebody only waits for the push to be sent', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'quote');
    await push.sent();
    await sim.quiet();

    expect(sim.given('handleReply')).toMatchObject([{ ref: push.ref }]);
  });

  test('may be asked for after it has come', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'quote');
    await sim.quiet();

    await expect(push.reply()).resolves.toEqual({ status: 'ok', response: { price: 7 } });
    await expect(push.ok()).resolves.toEqual({ price: 7 });
    await expect(push.outcome()).resolves.toEqual({ ok: true, response: { price: 7 } });
  });

  test('that comes twice counts once', async () => {
    const twice: Script = {
      push: (message) => {
        sim.phoenix.reply(message, OK);
        return OK;
      },
    };
    await using sim = await joined(twice);
    sim.worker.push('room:1', 'quote');
    await sim.quiet();

    expect(sim.given('handleReply')).toHaveLength(1);
  });

  test('that the server refuses rejects for ok(), and is a reply for reply()', async () => {
    await using sim = await joined({ push: () => ['error', { reason: 'sold out' }] });
    const push = sim.worker.push('room:1', 'quote', { token: 'secret' });
    const { ref } = push;

    await expect(push.reply()).resolves.toEqual({
      status: 'error',
      response: { reason: 'sold out' },
    });
    await expect(push.ok()).rejects.toMatchObject({
      code: 'PHX_PUSH_REFUSED',
      message: "push quote to room:1: the server replied with status 'error'",
      delivered: 'yes',
      retryable: false,
      topic: 'room:1',
      event: 'quote',
      ref,
      status: 'error',
      response: { reason: 'sold out' },
    });
  });

  test('to a push without a payload answers an empty one', async () => {
    await using sim = await joined();
    await sim.worker.push('room:1', 'ping').ok();

    expect(sim.phoenix.sent('ping')).toMatchObject([{ payload: {} }]);
  });
});

describe('a push that was never sent', () => {
  test('and that nobody has asked about reaches handlePushError', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:9', 'quote', { id: 1 });
    await sim.quiet();

    expect(sim.given('handlePushError')).toMatchObject([
      {
        topic: 'room:9',
        event: 'quote',
        payload: { id: 1 },
        error: { code: 'PHX_PUSH_DROPPED', delivered: 'no', retryable: true, ref: push.ref },
      },
    ]);
  });

  test.each(['ok', 'reply', 'sent'] as const)(
    'and that somebody has asked about by %s() reaches them alone, as a rejection',
    async (ask) => {
      await using sim = await joined();
      const answer = sim.worker.push('room:9', 'quote')[ask]();

      await expect(answer).rejects.toMatchObject({ code: 'PHX_PUSH_DROPPED' });
      await sim.quiet();
      expect(sim.given('handlePushError')).toEqual([]);
    },
  );

  test('rejects for nobody when outcome() is asked', async () => {
    await using sim = await joined();
    const outcome = await sim.worker.push('room:9', 'quote').outcome();
    await sim.quiet();

    expect(outcome).toMatchObject({ ok: false, error: { code: 'PHX_PUSH_DROPPED' } });
    expect(sim.given('handlePushError')).toEqual([]);
  });
});

describe('a push that was sent and not answered', () => {
  test('is told to nobody unless they ask: many handlers never reply', async () => {
    await using sim = await joined({ push: () => null });
    const push = sim.worker.push('room:1', 'quote');
    await sim.pass(10_000);

    expect(sim.story.slice(-1)).toEqual(['handleJoined room:1']);
    await expect(push.outcome()).resolves.toMatchObject({
      ok: false,
      error: { code: 'PHX_PUSH_TIMEOUT', delivered: 'unknown', retryable: false },
    });
  });
});

describe('refs', () => {
  test('are strings that rise and never repeat, over topics, sockets and reconnects', async () => {
    await using sim = await joined();
    sim.worker.join('room:2');
    sim.worker.push('room:1', 'a');
    await sim.pass(25_000);
    sim.phoenix.cut();
    await sim.pass(0);
    sim.worker.push('room:2', 'b');
    sim.worker.leave('room:1');
    await sim.quiet();

    const refs = sim.phoenix.received.map(({ ref }) => ref);
    expect(refs.every((ref) => typeof ref === 'string' && /^[1-9]\d*$/.test(ref))).toBe(true);
    expect(new Set(refs).size).toBe(refs.length);
    expect(sim.phoenix.received.map(({ event }) => event)).toContain('heartbeat');
    expect(refs.map(Number)).toEqual(refs.map(Number).toSorted((a, b) => a - b));
  });

  test('of a join are its join_ref, which every later message of that join carries', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'a');
    sim.worker.leave('room:1');
    await sim.quiet();

    const [join, push, leave] = sim.phoenix.received;
    expect(join?.joinRef).toBe(join?.ref);
    expect([push?.joinRef, leave?.joinRef]).toEqual([join?.ref, join?.ref]);
  });
});
