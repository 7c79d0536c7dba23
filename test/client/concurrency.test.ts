/** With `concurrency: 'topic'` topics run beside each other, each in order; what belongs to no topic runs beside them. */

import { describe, expect, test } from 'vitest';
import { A, B, begin, Gate, holding, messages, say } from '../support/concurrency-stage.js';
import type { Hooks } from '../support/hooked-worker.js';
import { OK } from '../support/memory-phoenix.js';

describe('a topic whose callback takes its time', () => {
  test('is told one message at a time, in order', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate));
    await say(sim, A, '1', '2', '3');
    expect(messages(sim)).toEqual(['room:a 1']);
    gate.open();
    await sim.quiet();
    expect(messages(sim)).toEqual(['room:a 1', 'room:a 2', 'room:a 3']);
  });

  test('delays no other topic, nor what belongs to none', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate));
    await say(sim, A, '1', '2');
    await say(sim, B, '1', '2');
    sim.client.notify('news');
    sim.worker.after(0, () => sim.told.push({ callback: 'handleInfo', fact: 'due' }));
    await sim.pass(0);
    expect(messages(sim)).toEqual(['room:a 1', 'room:b 1', 'room:b 2']);
    expect(sim.given('handleInfo')).toEqual(['news', 'due']);
    gate.open();
  });

  test('is told of the end of its channel after the messages that came before that', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate));
    await say(sim, A, '1', '2');
    sim.phoenix.crash(A);
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toEqual([]);
    gate.open();
    await sim.quiet();
    expect(sim.story.slice(-2)).toEqual(['handleMessage room:a 2', 'handleChannelClosed room:a']);
  });

  test('is told of its replies in turn with its messages', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate), {}, { push: () => OK });
    await say(sim, A, '1');
    sim.worker.push(A, 'tell');
    await sim.quiet();
    await say(sim, A, '2');
    expect(sim.given('handleReply')).toEqual([]);
    gate.open();
    await sim.quiet();
    expect(sim.story.slice(-2)).toEqual(['handleReply room:a tell', 'handleMessage room:a 2']);
  });
});

describe('what belongs to no topic', () => {
  test('runs one at a time, and delays no topic', async () => {
    const gate = new Gate();
    await using sim = await begin({ handleInfo: () => gate.passed });
    sim.client.notify('first');
    sim.client.notify('second');
    await say(sim, A, '1');
    expect(sim.given('handleInfo')).toEqual(['first']);
    expect(messages(sim)).toEqual(['room:a 1']);
    gate.open();
    await sim.quiet();
    expect(sim.given('handleInfo')).toEqual(['first', 'second']);
  });

  test('comes after init, which may wait for a join; so do topics', async () => {
    const gate = new Gate();
    await using sim = await begin({
      init: async (worker) => {
        await worker.join(A).ok();
        await gate.passed;
      },
    });
    await say(sim, A, '1');
    expect(sim.story).toEqual(['init']);
    gate.open();
    await sim.quiet();
    expect(sim.story).toEqual([
      'init',
      'handleConnected',
      'handleJoined room:a',
      'handleMessage room:a 1',
    ]);
  });

  test.each(['returns', 'throws'] as const)(
    'lets topics wait while it is handleConnected, and it %s',
    async (how) => {
      const gate = new Gate();
      const handleConnected = async () => {
        await gate.passed;
        if (how === 'throws') throw new Error('mine');
      };
      await using sim = await begin({ handleConnected }, { onCallbackError: 'continue' });
      await say(sim, A, '1');
      expect(sim.story).toEqual(['init', 'handleConnected']);
      gate.open();
      await sim.quiet();
      expect(sim.story.slice(2).sort()).toEqual([
        'handleJoined room:a',
        'handleJoined room:b',
        'handleMessage room:a 1',
      ]);
    },
  );

  test('lets topics wait for each handleConnected anew, but not for what runs already', async () => {
    const gates = [new Gate(), new Gate()];
    const message = new Gate();
    let sessions = 0;
    await using sim = await begin({
      ...holding(message),
      handleConnected: () => {
        sessions += 1;
        return sessions === 1 ? undefined : gates[sessions - 2]?.passed;
      },
    });
    await say(sim, A, '1', '2');
    sim.phoenix.cut();
    await sim.pass(5000);
    expect(sim.given('handleConnected')).toHaveLength(2);
    message.open();
    await sim.quiet();
    expect(messages(sim)).toEqual(['room:a 1']);
    gates[0]?.open();
    await sim.quiet();
    expect(messages(sim)).toEqual(['room:a 1', 'room:a 2']);
    expect(sim.given('handleJoined')).toHaveLength(4);
  });
});

describe('the end', () => {
  test('of a stop waits for all that runs, and calls nothing else but terminate', async () => {
    const [one, two] = [new Gate(), new Gate()];
    const hooks: Hooks = {
      handleMessage: (_, { topic }) => (topic === A ? one : two).passed,
    };
    await using sim = await begin(hooks);
    for (const topic of [A, B]) await say(sim, topic, '1', '2');
    sim.client.notify('news');
    const stopped = sim.client.stop();
    one.open();
    await sim.quiet();
    expect(sim.given('terminate')).toEqual([]);
    two.open();
    await stopped;
    expect(messages(sim)).toEqual(['room:a 1', 'room:b 1']);
    expect(sim.given('handleInfo')).toEqual([]);
    expect(sim.story.at(-1)).toBe('terminate');
  });

  test('of a drain waits for all that runs and waits', async () => {
    const gate = new Gate();
    await using sim = await begin(holding(gate));
    await say(sim, A, '1', '2');
    await say(sim, B, '1');
    const drained = sim.client.drain();
    await sim.quiet();
    expect(sim.client.status.state).toBe('draining');
    gate.open();
    await sim.quiet();
    expect(await drained).toMatchObject({ forced: false });
    expect(messages(sim)).toEqual(['room:a 1', 'room:b 1', 'room:a 2']);
  });

  test('of a stop gives up all that hangs after 5 s', async () => {
    await using sim = await begin({ handleMessage: () => new Promise(() => undefined) });
    for (const topic of [A, B]) await say(sim, topic, '1');
    const begun = sim.clock.monotonic();
    const stopped = sim.client.stop().then(() => sim.clock.monotonic() - begun);
    await sim.pass(5000);
    expect(await stopped).toBe(5000);
  });

  test('comes by an error of one topic, while another still runs', async () => {
    const gate = new Gate();
    await using sim = await begin({
      handleMessage: (_, { topic }) => {
        if (topic === B) throw new TypeError('mine');
        return gate.passed;
      },
    });
    await say(sim, A, '1', '2');
    await say(sim, B, '1');
    expect(sim.given('terminate')).toEqual([]);
    gate.open();
    expect(await sim.client.stopped).toMatchObject({ kind: 'crashed' });
    expect(messages(sim)).toEqual(['room:a 1', 'room:b 1']);
  });
});
