/** A simulation waits until the worker is quiet, however its callbacks wait, and never for real time. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { simulate } from 'gen-socket-client/testing';
import { GenSocketClient, type Message } from 'gen-socket-client';
import { RoomWorker } from './room-worker.js';

async function turnsOfEventLoop(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits in each callback, then acknowledges. */
class Slow extends GenSocketClient {
  readonly handled: unknown[] = [];
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    super();
    this.#pause = pause;
  }

  override async init() {
    await this.#pause();
    this.join('room:1');
  }

  override async handleJoined() {
    await this.#pause();
    this.push('room:1', 'ready');
  }

  override async handleMessage({ topic, payload }: Message) {
    await this.#pause();
    this.handled.push(payload);
    this.push(topic, 'ack', payload);
  }
}

describe.each([
  ['promises', () => Promise.resolve()],
  ['one turn of the event loop', () => turnsOfEventLoop(1)],
  ['twenty turns of the event loop', () => turnsOfEventLoop(20)],
] as const)('a worker whose callbacks wait for %s', (_, pause) => {
  test('has done all that it can when a verb resolves', async () => {
    const worker = new Slow(pause);
    await using server = simulate(worker);
    await server.acceptConnect();
    await (await server.expectJoin('room:1')).reply();
    await server.expectPush('room:1', 'ready');
    for (const n of [1, 2, 3]) {
      await server.pushMessage({ topic: 'room:1', event: 'created', payload: { n } });
      expect(worker.handled).toHaveLength(n);
    }
    for (const n of [1, 2, 3]) await (await server.expectPush('room:1', 'ack', { n })).reply();
    await server.expectNothing();
  });
});

test('a thousand messages that each take a while are handled, none left behind', async () => {
  const worker = new Slow(() => turnsOfEventLoop(3));
  await using server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await server.expectPush('room:1', 'ready');
  const said = Array.from({ length: 1000 }, (__, n) => n);
  await Promise.all(
    said.map((n) => server.pushMessage({ topic: 'room:1', event: 'created', payload: { n } })),
  );
  expect(worker.handled).toEqual(said.map((n) => ({ n })));
  for (const n of said) await (await server.expectPush('room:1', 'ack', { n })).reply();
  await server.expectNothing();
});

test('a call is answered by what the server replies, with no time passing', async () => {
  class Asking extends RoomWorker {
    override handleCall(question: string) {
      return this.push('room:1', 'ask', { question });
    }
  }
  await using server = simulate(new Asking('room:1'));
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  const { now } = server.clock;
  const answer = server.client.call('why?');
  await (await server.expectPush('room:1', 'ask', { question: 'why?' })).reply({ because: 1 });
  expect(await answer).toEqual({ because: 1 });
  expect(server.clock.now).toBe(now);
});

test('a callback that awaits a reply holds no verb up', async () => {
  class Patient extends RoomWorker {
    override async handleMessage({ topic }: Message) {
      this.told.push([await this.push(topic, 'ask').ok()]);
    }
  }
  const worker = new Patient('room:1');
  await using server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await server.pushMessage({ topic: 'room:1', event: 'said', payload: {} });
  await (await server.expectPush('room:1', 'ask')).reply({ fine: true });
  expect(worker.told.at(-1)).toEqual([{ fine: true }]);
});

test('timers of the worker run in order, each with all that follows from it', async () => {
  class Ticking extends RoomWorker {
    override init() {
      super.init();
      this.every('1s', () => this.push('room:1', 'tick', { at: this.told.length }));
      this.after('2.5s', async () => {
        await turnsOfEventLoop(2);
        this.push('room:1', 'bell');
      });
    }
  }
  await using server = simulate(new Ticking('room:1'));
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await server.clock.advance('3s');
  for (const event of ['tick', 'tick', 'bell', 'tick']) await server.expectPush('room:1', event);
  await server.expectNothing('999ms');
  await expect(server.expectNothing('1ms')).rejects.toThrow("pushed 'tick'");
});

test('an hour of heartbeats passes, and is nothing', async () => {
  const worker = new RoomWorker('room:1');
  await using server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  const { now } = server.clock;
  await server.expectNothing('1h');
  expect(server.clock.now - now).toBe(3_600_000);
  expect(server.client.status).toMatchObject({ state: 'connected', attempt: 0 });
});

test('many simulations run side by side, each with a clock of its own', async () => {
  const run = async (ms: number) => {
    const worker = new RoomWorker(`room:${ms}`);
    await using server = simulate(worker);
    const begun = server.clock.now;
    await server.acceptConnect();
    await (await server.expectJoin(`room:${ms}`)).reply();
    await server.clock.advance(ms);
    await server.pushMessage({ topic: `room:${ms}`, event: 'said', payload: { ms } });
    expect(server.clock.now - begun).toBe(ms);
    return worker.told.at(-1)?.[3];
  };
  const delays = Array.from({ length: 20 }, (_, index) => index * 1000);
  expect(await Promise.all(delays.map(run))).toEqual(delays.map((ms) => ({ ms })));
});

test('a worker that is busy for ever without time passing is found out', async () => {
  class Restless extends RoomWorker {
    override init() {
      const again = () => void this.after(0, again);
      again();
    }
  }
  await using server = simulate(new Restless());
  await expect(server.acceptConnect()).rejects.toThrow('the worker is still busy after 100000');
});

describe('under timers that the test has replaced', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a simulation goes on by its own clock', async () => {
    vi.useFakeTimers();
    const worker = new RoomWorker('room:1');
    await using server = simulate(worker);
    await server.acceptConnect();
    await (await server.expectJoin('room:1')).reply();
    await server.clock.advance('1m');
    server.client.notify({ do: 'disconnect' });
    await server.expectDisconnect();
  });
});

describe('the end of a simulation', () => {
  test('stops the worker, which is told', async () => {
    class Polite extends RoomWorker {
      override terminate({ kind }: { kind: string }) {
        this.told.push(['terminate', kind]);
      }
    }
    const worker = new Polite('room:1');
    {
      await using server = simulate(worker);
      await server.acceptConnect();
    }
    expect(worker.told.at(-1)).toEqual(['terminate', 'requested']);
  });

  test('comes before the worker has dialled, after it has stopped, and twice', async () => {
    const server = simulate(new RoomWorker());
    await server[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    expect(server.client.status.state).toBe('stopped');
  });

  test('gives up a callback and a terminate that hang, in simulated time', async () => {
    class Hanging extends RoomWorker {
      override handleMessage(): Promise<void> {
        return new Promise(() => undefined);
      }
      override terminate(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const server = simulate(new Hanging('room:1'));
    await server.acceptConnect();
    await (await server.expectJoin('room:1')).reply();
    await server.pushMessage({ topic: 'room:1', event: 'said', payload: {} });
    const begun = server.clock.now;
    await server[Symbol.asyncDispose]();
    expect(server.clock.now - begun).toBe(10_000);
    await expect(server.client.stopped).resolves.toMatchObject({ kind: 'requested' });
  });
});
