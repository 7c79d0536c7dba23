/** What goes when the outbox of a topic is full, and what waits for room. */

import { describe, expect, test } from 'vitest';
import type { OutboxPolicy, Push, PushOptions, WhenFull } from '../../src/index.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Outbox = Exclude<OutboxPolicy, false>;

/** Wants a topic, and is not connected. */
async function down(outbox: Outbox, worker = new SimulatedWorker()): Promise<Simulation> {
  const sim = await simulate(worker, { options: { autoConnect: false, outbox } });
  sim.worker.join('room:1');
  return sim;
}

function pushAll({ worker }: Simulation, ...events: readonly string[]): readonly Push[] {
  return events.map((event) => worker.push('room:1', event));
}

/** The events that reach the server once the worker connects. */
async function sentOn(sim: Simulation): Promise<readonly string[]> {
  sim.worker.connect();
  await sim.quiet();
  return sim.phoenix.received.slice(1).map(({ event }) => event);
}

/** What `queued()` of each push says once everything has happened that can without time passing. */
async function fates(pushes: readonly Push[]): Promise<readonly string[]> {
  const waiting = new Promise<string>((resolve) => {
    setImmediate(resolve, 'waits');
  });
  return Promise.all(pushes.map((push) => Promise.race([queuedOf(push), waiting])));
}

async function queuedOf(push: Push): Promise<string> {
  return push.queued().then(
    () => 'held',
    () => 'failed',
  );
}

const LARGE = { text: 'x'.repeat(60) };

describe('dropNewest', () => {
  test('drops the last that came before, and takes the new one in', async () => {
    await using sim = await down({ messages: 2, whenFull: 'dropNewest' });
    const pushes = pushAll(sim, 'a', 'b', 'c', 'd');

    await expect(pushes[1]?.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_DROPPED',
        delivered: 'no',
        message:
          "push b to room:1: the outbox of the topic is full (2 messages or 4194304 bytes, whenFull 'dropNewest')",
      },
    });
    await expect(sentOn(sim)).resolves.toEqual(['a', 'd']);
  });

  test('drops as many as the new one needs bytes', async () => {
    await using sim = await down({ size: 135, whenFull: 'dropNewest' });
    pushAll(sim, 'a', 'b', 'c');
    sim.worker.push('room:1', 'large', LARGE);

    await expect(sentOn(sim)).resolves.toEqual(['a', 'large']);
  });
});

describe('block', () => {
  test('lets a push wait outside until there is room, and queued() with it', async () => {
    await using sim = await down({ messages: 2, whenFull: 'block' });
    const pushes = pushAll(sim, 'a', 'b', 'c', 'd');
    await expect(fates(pushes)).resolves.toEqual(['held', 'held', 'waits', 'waits']);

    pushes[0]?.cancel();
    await expect(fates(pushes.slice(1))).resolves.toEqual(['held', 'held', 'waits']);
    await expect(sentOn(sim)).resolves.toEqual(['b', 'c', 'd']);
    await expect(fates(pushes.slice(1))).resolves.toEqual(['held', 'held', 'held']);
  });

  test('lets as many wait outside as the outbox holds, and refuses more', async () => {
    await using sim = await down({ messages: 2, whenFull: 'block' });
    const pushes = pushAll(sim, 'a', 'b', 'c', 'd', 'e');

    await expect(pushes[4]?.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_DROPPED',
        delivered: 'no',
        message:
          "push e to room:1: the outbox of the topic is full (2 messages or 4194304 bytes, whenFull 'block'), and as much again waits for room",
      },
    });
    await expect(fates(pushes)).resolves.toEqual(['held', 'held', 'waits', 'waits', 'failed']);
  });

  test('counts the bytes of what waits outside, too', async () => {
    await using sim = await down({ size: 100, whenFull: 'block' });
    const pushes = ['a', 'b', 'c'].map((event) => sim.worker.push('room:1', event, LARGE));

    await expect(fates(pushes)).resolves.toEqual(['held', 'waits', 'failed']);
  });

  test('refuses at once what would never fit', async () => {
    await using sim = await down({ size: 60, whenFull: 'block' });
    const pushes = [sim.worker.push('room:1', 'large', LARGE), ...pushAll(sim, 'small')];

    await expect(fates(pushes)).resolves.toEqual(['failed', 'held']);
  });

  test('lets no push overtake one that waits for more room than it would need itself', async () => {
    await using sim = await down({ size: 140, whenFull: 'block' });
    const [first] = pushAll(sim, 'a', 'b');
    const pushes = [sim.worker.push('room:1', 'large', LARGE), ...pushAll(sim, 'small')];
    await expect(fates(pushes)).resolves.toEqual(['waits', 'waits']);

    first?.cancel();
    await expect(fates(pushes)).resolves.toEqual(['held', 'waits']);
    await expect(sentOn(sim)).resolves.toEqual(['b', 'large', 'small']);
  });

  test('counts the ttl of what waits outside from the call', async () => {
    await using sim = await down({ messages: 1, ttl: '1s', whenFull: 'block' });
    sim.worker.push('room:1', 'a', {}, { ttl: '10s' });
    const [push] = pushAll(sim, 'b');
    await sim.pass(999);
    await expect(fates([push as Push])).resolves.toEqual(['waits']);
    await sim.pass(1);

    await expect(push?.outcome()).resolves.toMatchObject({
      error: { message: 'push b to room:1: it waited 1000 ms without being sent' },
    });
    await expect(sentOn(sim)).resolves.toEqual(['a']);
  });

  const options = (signal: AbortSignal): PushOptions => ({ signal });
  test.each<[string, (sim: Simulation, push: Push, abort: AbortController) => unknown]>([
    ['it is cancelled', (_, push) => push.cancel()],
    ['its signal aborts', (_sim, _push, controller) => controller.abort()],
    ['the topic is left', ({ worker }) => worker.leave('room:1')],
    ['the worker stops', ({ client }) => client.stop()],
  ])('what waits outside settles when %s', async (_, happens) => {
    await using sim = await down({ messages: 1, whenFull: 'block' });
    const controller = new AbortController();
    pushAll(sim, 'a');
    const push = sim.worker.push('room:1', 'b', {}, options(controller.signal));
    const queued = push.queued();
    await Promise.all([
      expect(queued).rejects.toMatchObject({ code: 'PHX_PUSH_DROPPED', delivered: 'no' }),
      happens(sim, push, controller),
    ]);
  });

  test('what waits outside is not told twice when the topic is left', async () => {
    await using sim = await down({ messages: 1, whenFull: 'block' });
    const [, push] = pushAll(sim, 'a', 'b');
    const queued = push?.queued();
    sim.worker.leave('room:1');
    await expect(queued).rejects.toMatchObject({ code: 'PHX_PUSH_DROPPED' });

    expect(sim.given('handlePushError').map(({ event }) => event)).toEqual(['a']);
  });

  test('lets a callback await room for a push though only its own end would make some', async () => {
    const events: string[] = [];
    class Careful extends SimulatedWorker {
      override async handleJoined(): Promise<void> {
        await this.push('room:2', 'careful').queued();
        events.push('let in');
        await this.push('room:1', 'after').sent();
      }
    }
    await using sim = await down({ messages: 1, whenFull: 'block' }, new Careful());
    sim.worker.join('room:2');
    pushAll(sim, 'a');
    sim.worker.push('room:2', 'b');
    sim.phoenix.script = { join: ({ topic }) => (topic === 'room:2' ? null : ['ok', {}]) };
    await sentOn(sim);
    expect(events).toEqual([]);
    expect(sim.phoenix.sent('a')).toHaveLength(1);

    const [join] = sim.phoenix.sent('phx_join', 'room:2');
    sim.phoenix.reply(join!, ['ok', {}]);
    await sim.quiet();
    expect(events[0]).toBe('let in');
    expect(sim.phoenix.received.slice(3).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['b', 'careful', 'after']),
    );
  });
});

test.each<[WhenFull, string]>([
  ['reject', 'c'],
  ['dropOldest', 'a'],
  ['dropNewest', 'b'],
])('what goes under %s is told to the worker and to telemetry', async (whenFull, event) => {
  await using sim = await down({ messages: 2, whenFull });
  pushAll(sim, 'a', 'b', 'c');
  await sim.quiet();

  expect(sim.given('handlePushError')).toMatchObject([{ event }]);
  expect(sim.telemetry.filter(({ name }) => name === 'push.dropped')).toMatchObject([
    { topic: 'room:1', event, reason: 'full' },
  ]);
});
