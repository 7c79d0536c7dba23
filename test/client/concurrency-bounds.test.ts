/** What several callbacks that run at a time share: the watch over them, the outboxes, and the bound of the inbox. */

import { describe, expect, test } from 'vitest';
import type { Hooks } from '../support/hooked-worker.js';
import {
  A,
  B,
  begin,
  Gate,
  holding,
  messages,
  type Run,
  say,
} from '../support/concurrency-stage.js';
import { OK } from '../support/memory-phoenix.js';

test('each callback that runs for 30 s is reported, and once', async () => {
  await using sim = await begin({ handleMessage: () => new Promise(() => undefined) });
  const slow = () => sim.telemetry.filter(({ name }) => name === 'callback.slow').length;
  await say(sim, A, '1');
  await sim.pass(10_000);
  await say(sim, B, '1');
  await sim.pass(19_999);
  expect(slow()).toBe(0);
  await sim.pass(1);
  expect(slow()).toBe(1);
  await sim.pass(10_000);
  expect(slow()).toBe(2);
  await sim.pass(60_000);
  expect(slow()).toBe(2);
});

test('a callback is reported by its own 30 s, whatever ran before it', async () => {
  let isStuck = false;
  const hooks: Hooks = {
    handleMessage: () => (isStuck ? new Promise(() => undefined) : Promise.resolve()),
  };
  await using sim = await begin(hooks);
  const slow = () => sim.telemetry.filter(({ name }) => name === 'callback.slow').length;
  await say(sim, A, '1');
  await sim.pass(20_000);
  isStuck = true;
  await say(sim, A, '2');
  await sim.pass(29_999);
  expect(slow()).toBe(0);
  await sim.pass(1);
  expect(slow()).toBe(1);
});

test('callbacks that run at a time share one timer', async () => {
  await using sim = await begin({ handleMessage: () => new Promise(() => undefined) });
  const { pending } = sim.clock;
  await say(sim, A, '1');
  await say(sim, B, '1');
  expect(sim.clock.pending).toBe(pending + 1);
});

test('how long each callback took is measured by its own time', async () => {
  const measured: number[] = [];
  const telemetry = {
    fact: () => undefined,
    measure: ({ name, ...rest }: { readonly name: string; readonly ms?: number }) => {
      if (name === 'callback.ran') measured.push(rest.ms ?? -1);
    },
  };
  const [one, two] = [new Gate(), new Gate()];
  const hooks: Hooks = { handleMessage: (_, { topic }) => (topic === A ? one : two).passed };
  await using sim = await begin(hooks, { telemetry });
  await say(sim, A, '1');
  await sim.pass(100);
  await say(sim, B, '1');
  await sim.pass(100);
  measured.length = 0;
  two.open();
  await sim.quiet();
  one.open();
  await sim.quiet();
  expect(measured).toEqual([100, 200]);
});

describe('the outbox of a topic', () => {
  const hold = { join: () => null };

  async function joinedLate(gates: { readonly [topic: string]: Gate }): Promise<Run> {
    const hooks: Hooks = {
      handleJoined: async (worker, { topic }) => {
        worker.push(topic, 'greeting');
        await gates[topic]?.passed;
      },
    };
    const sim = await begin(hooks, {}, hold);
    for (const topic of [A, B]) sim.worker.push(topic, 'waited');
    for (const join of sim.phoenix.sent('phx_join')) sim.phoenix.reply(join, OK);
    await sim.quiet();
    return sim;
  }

  function sent(sim: Run, topic: string): readonly string[] {
    return ['greeting', 'waited'].filter((event) => sim.phoenix.sent(event, topic).length > 0);
  }

  test('goes out when its own handleJoined has ended, though another still runs', async () => {
    const gates = { [A]: new Gate(), [B]: new Gate() };
    await using sim = await joinedLate(gates);
    expect([sent(sim, A), sent(sim, B)]).toEqual([['greeting'], ['greeting']]);
    gates[B]?.open();
    await sim.quiet();
    expect([sent(sim, A), sent(sim, B)]).toEqual([['greeting'], ['greeting', 'waited']]);
    gates[A]?.open();
    await sim.quiet();
    expect(sent(sim, A)).toEqual(['greeting', 'waited']);
  });

  test('goes out after 5 s while its handleJoined runs, each by its own clock', async () => {
    const gates = { [A]: new Gate(), [B]: new Gate() };
    await using sim = await joinedLate(gates);
    await sim.pass(4999);
    expect(sent(sim, A)).toEqual(['greeting']);
    await sim.pass(1);
    expect([sent(sim, A), sent(sim, B)]).toEqual([
      ['greeting', 'waited'],
      ['greeting', 'waited'],
    ]);
    for (const gate of Object.values(gates)) gate.open();
  });

  test('goes out when the callback of another topic waits for a push to it', async () => {
    const gates = { [A]: new Gate(), [B]: new Gate() };
    await using sim = await joinedLate(gates);
    sim.phoenix.script = { push: () => OK };
    let ended: unknown = null;
    sim.worker.after(0, async () => {
      ended = await sim.worker.push(B, 'ask').ok();
    });
    await sim.pass(0);
    expect(ended).toEqual({});
    expect(sent(sim, B)).toEqual(['greeting', 'waited']);
    for (const gate of Object.values(gates)) gate.open();
  });
});

describe('the inbox', () => {
  const SMALL = { inbox: { messages: 8 } };

  test('has one bound for all topics, and the topic with the most loses its oldest', async () => {
    const gates = new Gate();
    await using sim = await begin({ handleMessage: () => gates.passed }, SMALL);
    await say(sim, A, '1', '2', '3', '4');
    await say(sim, B, '1', '2', '3');
    await say(sim, A, '5', '6', '7', '8', '9');
    await sim.pass(5000);
    gates.open();
    await sim.quiet();
    expect(messages(sim).filter((line) => line.startsWith(B))).toEqual([
      'room:b 1',
      'room:b 2',
      'room:b 3',
    ]);
    expect(sim.given('handleGap')).toMatchObject([{ topic: A, dropped: 2 }]);
    expect(messages(sim).filter((line) => line.startsWith(A))).toEqual(
      ['1', '4', '5', '6', '7', '8', '9'].map((event) => `room:a ${event}`),
    );
  });

  test('is not read from when all of it is much, and is again when it is little', async () => {
    const gates = new Gate();
    await using sim = await begin({ handleMessage: () => gates.passed }, SMALL);
    await say(sim, A, '1', '2', '3');
    await say(sim, B, '1', '2', '3', '4');
    const isPaused = () => sim.phoenix.sessions.at(-1)?.paused;
    expect(isPaused()).toBe(false);
    await say(sim, B, '5', '6');
    expect(isPaused()).toBe(true);
    gates.open();
    await sim.quiet();
    expect(isPaused()).toBe(false);
  });

  test('is read from while a callback of any topic waits for something of ours', async () => {
    const gate = new Gate();
    const hooks: Hooks = {
      handleMessage: (worker, { topic }) =>
        topic === A ? gate.passed : worker.push(B, 'ask').ok(),
    };
    await using sim = await begin(hooks, SMALL);
    await say(sim, B, '1');
    await say(sim, A, ...'123456789'.split(''));
    expect(sim.phoenix.sessions.at(-1)?.paused).toBe(false);
    sim.phoenix.reply(sim.phoenix.sent('ask')[0] ?? fail(), OK);
    await sim.quiet();
    await say(sim, A, '10');
    expect(sim.phoenix.sessions.at(-1)?.paused).toBe(true);
    gate.open();
  });

  test('of a topic that is left holds nothing of it any more', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate), SMALL);
    await say(sim, A, '1', '2', '3');
    await say(sim, B, '1');
    sim.worker.leave(A);
    await sim.quiet();
    gate.open();
    await sim.quiet();
    expect(messages(sim)).toEqual(['room:a 1', 'room:b 1']);
  });
});

function fail(): never {
  throw new Error('nothing was pushed');
}
