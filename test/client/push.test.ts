/** What becomes of a push that was sent: exactly one outcome, at once when there can be no reply any more. */

import { describe, expect, test } from 'vitest';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function joined(script: Script = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script, chance: 0.5 });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

/** The outcome, or null while there is none. */
async function outcomeOf(push: { outcome(): Promise<unknown> }): Promise<unknown> {
  return await Promise.race([
    push.outcome(),
    new Promise((resolve) => {
      setImmediate(resolve, null);
    }),
  ]);
}

describe('a push that was sent and gets no reply', () => {
  test('fails after 10 s: whether it was delivered nobody knows', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'ping', { token: 'secret' });
    await sim.pass(9999);
    await expect(outcomeOf(push)).resolves.toBeNull();
    await sim.pass(1);

    await expect(push.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_TIMEOUT',
        message: 'push ping to room:1: no reply within 10000 ms',
        delivered: 'unknown',
        retryable: false,
      },
    });
  });

  test('fails after its own timeout, counted from when it was sent', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    sim.worker.join('room:1');
    const push = sim.worker.push('room:1', 'ping', {}, { timeout: '2s' });
    await sim.pass(5000);
    sim.worker.connect();
    await sim.pass(1999);
    await expect(outcomeOf(push)).resolves.toBeNull();
    await sim.pass(1);

    await expect(outcomeOf(push)).resolves.toMatchObject({ error: { code: 'PHX_PUSH_TIMEOUT' } });
  });

  test('keeps its failure when the reply comes later', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'ping');
    await sim.pass(10_000);
    const [sent] = sim.phoenix.sent('ping');
    if (sent !== undefined) sim.phoenix.reply(sent, OK);
    await sim.quiet();

    await expect(outcomeOf(push)).resolves.toMatchObject({ error: { code: 'PHX_PUSH_TIMEOUT' } });
    expect(sim.given('handleReply')).toEqual([]);
  });
});

describe('a push in flight is lost at once', () => {
  test.each<[string, (sim: Simulation) => unknown]>([
    ['the connection falls', ({ phoenix }) => phoenix.cut()],
    ['the server closes the connection', ({ phoenix }) => phoenix.kick(1012)],
    ['the channel crashes', ({ phoenix }) => phoenix.crash('room:1')],
    ['the server closes the channel', ({ phoenix }) => phoenix.close('room:1')],
    ['the worker leaves', ({ worker }) => worker.leave('room:1')],
    ['the worker disconnects', ({ worker }) => worker.disconnect()],
    ['the worker moves to another endpoint', ({ worker }) => worker.connect('ws://other/socket')],
    ['the worker stops', ({ client }) => void client.stop()],
  ])('when %s', async (_, happens) => {
    await using sim = await joined();
    const push = sim.worker.push('room:1', 'ping');
    await sim.quiet();
    happens(sim);
    await sim.quiet();

    await expect(outcomeOf(push)).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown', retryable: false },
    });
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('and is not sent again after the return', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(1000);

    expect(sim.worker.joined('room:1')).toBe(true);
    expect(sim.phoenix.sent('ping')).toHaveLength(1);
  });
});

describe('replies', () => {
  test('in another order than the pushes find their push by its ref', async () => {
    await using sim = await joined();
    const [a, b] = [sim.worker.push('room:1', 'a'), sim.worker.push('room:1', 'b')];
    await sim.quiet();
    for (const event of ['b', 'a']) {
      const [sent] = sim.phoenix.sent(event);
      if (sent !== undefined) sim.phoenix.reply(sent, ['ok', { event }]);
    }

    await expect(a.ok()).resolves.toEqual({ event: 'a' });
    await expect(b.ok()).resolves.toEqual({ event: 'b' });
  });

  test('settle beside the mailbox: before the callback that runs has ended', async () => {
    let letGo = (): void => undefined;
    class Busy extends SimulatedWorker {
      override handleMessage(): Promise<void> {
        return new Promise((resolve) => {
          letGo = resolve;
        });
      }
    }
    await using sim = await simulate(new Busy(), { script: { push: () => OK } });
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.push('room:1', 'said');
    await sim.quiet();

    await expect(sim.worker.push('room:1', 'ping').ok()).resolves.toEqual({});
    letGo();
  });
});

describe('bytes', () => {
  test('travel as a binary frame', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'upload', new Uint8Array([1, 2, 3]));
    await sim.quiet();

    const frame = sim.phoenix.sessions[0]?.received.frames.at(-1);
    expect(frame).toBeInstanceOf(Uint8Array);
    expect((frame as Uint8Array).subarray(-3)).toEqual(new Uint8Array([1, 2, 3]));
  });
});

describe('a push that nobody awaits, sent and never replied to, is told to telemetry alone', () => {
  const untold = ({ telemetry }: Simulation): readonly unknown[] =>
    telemetry
      .filter(({ name }) => name === 'push.unanswered')
      .map(({ at, ...fact }) => {
        expect(at).toEqual(expect.any(Number));
        return fact;
      });
  const ping = { name: 'push.unanswered', topic: 'room:1', event: 'ping' };

  test.each<[string, string, (sim: Simulation) => unknown]>([
    ['when its time is up', 'timeout', (sim) => sim.pass(10_000)],
    ['when its channel ends', 'lost', ({ phoenix }) => phoenix.crash('room:1')],
    ['when the connection ends', 'lost', ({ phoenix }) => phoenix.cut()],
    ['when the topic is left', 'lost', ({ worker }) => worker.leave('room:1')],
    ['when the worker stops', 'lost', ({ client }) => client.stop()],
  ])('%s', async (_, why, ends) => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ping', { token: 'secret' });
    await sim.quiet();
    await ends(sim);
    await sim.quiet();

    expect(untold(sim)).toEqual([{ ...ping, why }]);
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('but not when somebody awaits it, nor when it was never sent', async () => {
    await using sim = await joined();
    void sim.worker.push('room:1', 'ping').outcome();
    await sim.pass(10_000);
    sim.phoenix.crash('room:1');
    await sim.quiet();
    sim.worker.push('room:1', 'late', {}, { ttl: 1 });
    await sim.pass(1);

    expect(sim.given('handlePushError')).toMatchObject([{ event: 'late' }]);
    expect(untold(sim)).toEqual([]);
  });
});

describe('a push for a topic that is not wanted', () => {
  const refused = (message: string) => ({
    error: { code: 'PHX_PUSH_DROPPED', delivered: 'no', message },
  });

  test('says to join it first', async () => {
    await using sim = await joined();
    const push = sim.worker.push('room:2', 'ping');

    await expect(push.outcome()).resolves.toMatchObject(
      refused('push ping to room:2: the topic is not wanted: join it first'),
    );
  });

  test('says after a stop that no join will help', async () => {
    await using sim = await joined();
    await sim.client.stop();
    const push = sim.worker.push('room:1', 'ping');

    await expect(push.outcome()).resolves.toMatchObject(
      refused('push ping to room:1: the client has stopped'),
    );
  });
});
