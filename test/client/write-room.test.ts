/** More than 1 MiB that the transport has not yet written: pushes wait for it to fall, and nothing else does. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { OwnTransport } from '../support/own-transport.js';
import {
  type Scene,
  type Simulation,
  simulate,
  SimulatedWorker,
} from '../support/worker-simulation.js';

const FULL = 1024 * 1024 + 1;
const STILL: ClientOptions = { heartbeat: false };

async function joined(scene: Scene = {}, worker = new SimulatedWorker()): Promise<Simulation> {
  const sim = await simulate(worker, { options: STILL, ...scene });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

/** What the transport of the newest session has accepted and not yet written. */
function unwritten(sim: Simulation, bytes: number): void {
  sim.phoenix.sessions.at(-1)!.bufferedAmount = bytes;
}

/** Lets it fall to the limit, and time pass until that has been noticed. */
async function written(sim: Simulation): Promise<void> {
  unwritten(sim, FULL - 1);
  await sim.pass(10);
}

function pushesOf({ phoenix }: Simulation): readonly string[] {
  return phoenix.received.map(({ event }) => event).filter((event) => event !== 'phx_join');
}

describe('while more than 1 MiB waits to be written', () => {
  test('pushes stay in the outbox, and go out in order when it falls', async () => {
    await using sim = await joined();
    unwritten(sim, FULL);
    const pushes = ['a', 'b', 'c'].map((event) => sim.worker.push('room:1', event));
    await Promise.all(pushes.map((push) => push.queued()));
    await sim.pass(1000);
    expect(pushesOf(sim)).toEqual([]);

    await written(sim);
    expect(pushesOf(sim)).toEqual(['a', 'b', 'c']);
  });

  test('volatile pushes fail, also behind others that wait', async () => {
    await using sim = await joined();
    unwritten(sim, FULL);
    sim.worker.push('room:1', 'waits');
    const push = sim.worker.push('room:1', 'now', {}, { delivery: 'volatile' });

    await expect(push.outcome()).resolves.toMatchObject({
      error: {
        code: 'PHX_PUSH_DROPPED',
        delivered: 'no',
        message: 'push now to room:1: more than 1 MiB waits to be written',
      },
    });
  });

  test('pushes fail when there is no outbox', async () => {
    await using sim = await joined({ options: { ...STILL, outbox: false } });
    unwritten(sim, FULL);
    const push = sim.worker.push('room:1', 'now');

    await expect(push.outcome()).resolves.toMatchObject({
      error: {
        message: 'push now to room:1: more than 1 MiB waits to be written and there is no outbox',
      },
    });
  });

  test('the ttl of a push runs on', async () => {
    await using sim = await joined();
    unwritten(sim, FULL);
    const push = sim.worker.push('room:1', 'late', {}, { ttl: '1s' });
    await sim.pass(1000);

    await expect(push.outcome()).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
    });
    await written(sim);
    expect(pushesOf(sim)).toEqual([]);
  });

  test('a push may be taken back, and its signal may abort', async () => {
    await using sim = await joined();
    const controller = new AbortController();
    unwritten(sim, FULL);
    const push = sim.worker.push('room:1', 'cancelled');
    sim.worker.push('room:1', 'aborted', {}, { signal: controller.signal });
    sim.worker.push('room:1', 'kept');
    controller.abort();
    expect(push.cancel()).toBe(true);

    await written(sim);
    expect(pushesOf(sim)).toEqual(['kept']);
  });

  test('the outbox keeps its bounds', async () => {
    await using sim = await joined({
      options: { ...STILL, outbox: { messages: 2, whenFull: 'dropOldest' } },
    });
    unwritten(sim, FULL);
    for (const event of ['a', 'b', 'c']) sim.worker.push('room:1', event);

    await written(sim);
    expect(pushesOf(sim)).toEqual(['b', 'c']);
  });

  test('heartbeats, joins and leaves go out', async () => {
    await using sim = await joined({ options: { heartbeat: { interval: '1s' } } });
    unwritten(sim, FULL);
    sim.worker.push('room:1', 'held');
    sim.worker.join('room:2');
    sim.worker.leave('room:1');
    await sim.pass(1000);

    expect(pushesOf(sim)).toEqual(['phx_leave', 'heartbeat']);
    expect(sim.worker.joined('room:2')).toBe(true);
  });
});

describe('when it has fallen', () => {
  test('a push made before that was noticed goes out behind those that wait', async () => {
    await using sim = await joined();
    unwritten(sim, FULL);
    sim.worker.push('room:1', 'a');
    unwritten(sim, 0);
    sim.worker.push('room:1', 'b');
    sim.worker.push('room:1', 'now', {}, { delivery: 'volatile' });
    await sim.quiet();

    expect(pushesOf(sim)).toEqual(['a', 'b', 'now']);
  });

  test('what waits goes out until it is full again, one topic after another', async () => {
    const own = new OwnTransport((event) => (event.startsWith('phx_') ? 0 : FULL));
    await using sim = await joined({ options: { ...STILL, transports: [own] } });
    sim.worker.join('room:2');
    await sim.quiet();
    for (const event of ['a', 'b', 'c']) sim.worker.push('room:1', event);
    sim.worker.push('room:2', 'd');
    const seen: (readonly string[])[] = [];
    for (let look = 0; look < 4; look += 1) {
      seen.push(own.sent.splice(0));
      own.bufferedAmount = 0;
      await sim.pass(10);
    }

    expect(seen).toEqual([['phx_join', 'phx_join', 'a'], ['b'], ['d'], ['c']]);
  });

  test('nothing looks at it any more: no timer is left once nothing waits', async () => {
    await using sim = await joined();
    await sim.pass(10_000);
    const before = sim.clock.pending;
    unwritten(sim, FULL);
    const [push, other] = [sim.worker.push('room:1', 'a'), sim.worker.push('room:1', 'b')];
    expect(sim.clock.pending).toBe(before + 3);
    push.cancel();
    other.cancel();

    expect(sim.clock.pending).toBe(before);
  });
});

describe('when the connection falls while pushes wait to be written', () => {
  test('they go out on the next one, and no timer looks at the old one', async () => {
    await using sim = await joined();
    unwritten(sim, FULL);
    sim.worker.push('room:1', 'a');
    sim.worker.disconnect();
    await sim.pass(10);
    expect(sim.clock.nextIn).toBeGreaterThan(10);
    sim.worker.connect();
    await sim.pass(1000);

    expect(pushesOf(sim)).toEqual(['a']);
  });
});

describe('what handleJoined pushes', () => {
  class Greeter extends SimulatedWorker {
    override handleJoined(): void {
      for (const event of ['hello:1', 'hello:2']) this.push('room:1', event);
    }
  }

  async function greeted(outbox: ClientOptions['outbox'] = {}): Promise<Simulation> {
    const script: Script = { join: () => null };
    const options = { ...STILL, outbox };
    const sim = await joined({ script, options }, new Greeter());
    for (const event of ['a', 'b']) sim.worker.push('room:1', event);
    unwritten(sim, FULL);
    sim.phoenix.reply(sim.phoenix.sent('phx_join')[0]!, OK);
    await sim.quiet();
    return sim;
  }

  test('waits, too, and goes out ahead of what waited before', async () => {
    await using sim = await greeted();
    sim.worker.push('room:1', 'c');
    expect(pushesOf(sim)).toEqual([]);

    await written(sim);
    expect(pushesOf(sim)).toEqual(['hello:1', 'hello:2', 'a', 'b', 'c']);
  });

  test('is not what goes first when the outbox drops the oldest', async () => {
    await using sim = await greeted({ messages: 3, whenFull: 'dropOldest' });
    await written(sim);
    expect(pushesOf(sim)).toEqual(['hello:1', 'hello:2', 'b']);
  });

  test('is ahead even if it has to wait for room in the outbox', async () => {
    await using sim = await greeted({ messages: 2, whenFull: 'block' });
    sim.worker.push('room:1', 'refused');
    await written(sim);
    expect(pushesOf(sim)).toEqual(['hello:1', 'hello:2', 'a', 'b']);
  });

  test('goes out when it falls although the callback goes on', async () => {
    let end = (): void => undefined;
    class Slow extends SimulatedWorker {
      override async handleJoined(): Promise<void> {
        this.push('room:1', 'hello');
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        this.push('room:1', 'bye');
      }
    }
    await using sim = await joined({ script: { join: () => null } }, new Slow());
    sim.worker.push('room:1', 'a');
    unwritten(sim, FULL);
    sim.phoenix.reply(sim.phoenix.sent('phx_join')[0]!, OK);
    await sim.quiet();
    await written(sim);
    expect(pushesOf(sim)).toEqual(['hello']);

    end();
    await sim.quiet();
    expect(pushesOf(sim)).toEqual(['hello', 'bye', 'a']);
  });
});

test('a transport that throws when it is asked ends the connection, and nothing else', async () => {
  const own = new OwnTransport(() => 0);
  await using sim = await joined({ options: { ...STILL, transports: [own] } });
  Object.defineProperty(own, 'bufferedAmount', {
    get: () => {
      throw new Error('broken');
    },
  });
  const push = sim.worker.push('room:1', 'a');
  await sim.quiet();

  expect(sim.given('handleDisconnected')).toMatchObject([
    { close: { cause: 'network', reason: 'the transport own threw: broken' } },
  ]);
  expect(push.cancel()).toBe(true);
});
