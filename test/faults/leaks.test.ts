/** What two hundred lost connections leave behind: nothing. */

import { getEventListeners } from 'node:events';
import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import type { Transport, TransportSink } from '../../src/transport/transport.js';
import { wsTransport } from '../../src/transport/ws-transport.js';
import { CountingClock } from '../support/counting-clock.js';
import { QUICK } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';

const TOPIC = 'ping:1';
const CONNECTIONS = 200;
/** Of one worker: from its sixth dial on it would have to wait. */
const ROUNDS = 3;
const BARE = new Socket();
/** What Node's agent leaves on the socket of a refused upgrade, and `ws` on any, to swallow late errors. */
const NODES = new Set<string | symbol>([
  'agentRemove',
  'close',
  'error',
  'finish',
  'free',
  'timeout',
]);

test('200 connections, joined, used and lost, leave no resource, listener, timer or session', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const before = resources();
  const clock = new CountingClock();
  const dials = new WatchedDials(clock);
  for (let round = 0; round < CONNECTIONS; round += ROUNDS)
    await liveThrough(double, dials, clock, round);
  expect(clock.running).toBe(0);
  expect(dials.count).toBeGreaterThan(CONNECTIONS);
  expect(dials.listenersLeft()).toEqual([]);
  await expect.poll(resources).toEqual(before);
});

/** One worker, and all that it leaves before and after its stop. */
async function liveThrough(
  double: PhoenixDouble,
  dials: WatchedDials,
  clock: CountingClock,
  from: number,
): Promise<void> {
  const worker = new ClockedWorker({ [TOPIC]: {} });
  const reconnect = { min: 1, max: 1, jitter: 'none', stableAfter: 0 } as const;
  await using client = worker.startOn(clock, {
    ...QUICK,
    reconnect,
    url: double.url,
    transports: [dials.transport],
  });
  for (let round = from; round < from + ROUNDS; round += 1) {
    await worker.next('handleJoined');
    await live(worker);
    const losses = lose(double, worker, round);
    for (let loss = 0; loss < losses; loss += 1) await worker.next('handleDisconnected');
    double.faults.heal();
  }
  await worker.next('handleJoined');
  expect(dials.listenersLeft()).toEqual([]);
  // The session of the worker before may still be on its way out.
  await expect.poll(() => dials.sessionsInMemory()).toBeLessThanOrEqual(1);
  await client.stop();
}

/** Joins, pushes, leaves, and has a push in flight at the end. */
async function live(worker: ClockedWorker): Promise<void> {
  worker.joinTopic('ping:2');
  await worker.next('handleJoined');
  await worker.pushEvent('ping:2', 'ping').ok();
  worker.leaveTopic('ping:2');
  await worker.next('handleChannelClosed');
  await worker.pushEvent(TOPIC, 'noreply').sent();
}

/** How many times the worker will say so. */
function lose(double: PhoenixDouble, worker: ClockedWorker, round: number): number {
  switch (round % 4) {
    case 0:
      double.cut();
      return 1;
    case 1:
      double.kick(1001);
      return 1;
    case 2:
      double.faults.refuse(503);
      double.cut();
      return 2;
    default:
      worker.disconnectNow();
      worker.connectNow();
      return 1;
  }
}

/** What keeps the process alive, but for timers: those are counted by the clock, and vitest has its own. */
function resources(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Timeout')
    .sort();
}

/** The WebSocket transport, with an eye on the TCP socket, the signal and the session of each dial. */
class WatchedDials {
  readonly transport: Transport;
  readonly #agent = new WatchedAgent();
  readonly #signals: WeakRef<AbortSignal>[] = [];
  readonly #sessions: WeakRef<TransportSink>[] = [];

  constructor(clock: CountingClock) {
    const inner = wsTransport({ agent: this.#agent }, clock);
    this.transport = {
      name: inner.name,
      dial: (request, sink) => {
        this.#signals.push(new WeakRef(request.signal));
        this.#sessions.push(new WeakRef(sink));
        return inner.dial(request, sink);
      },
    };
  }

  get count(): number {
    return this.#agent.made.length;
  }

  /** Of signals, and of sockets that are closed. */
  listenersLeft(): readonly unknown[] {
    const closed = inMemory(this.#agent.made).filter((socket) => socket.closed);
    const onSignals = inMemory(this.#signals).flatMap((signal) =>
      getEventListeners(signal, 'abort'),
    );
    return [...closed.flatMap(listenersOf), ...onSignals];
  }

  async sessionsInMemory(): Promise<number> {
    await new Promise(setImmediate);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    return inMemory(this.#sessions).length;
  }
}

class WatchedAgent extends Agent {
  readonly made: WeakRef<Socket>[] = [];

  override createConnection(...args: Parameters<Agent['createConnection']>): Socket {
    const socket = super.createConnection(...args) as Socket;
    this.made.push(new WeakRef(socket));
    return socket;
  }
}

/** A socket that is kept would keep its session. */
function inMemory<T extends object>(refs: readonly WeakRef<T>[]): readonly T[] {
  return refs.map((ref) => ref.deref()).filter((item) => item !== undefined);
}

function listenersOf(socket: Socket): readonly (string | symbol)[] {
  const names = socket.eventNames().filter((name) => !NODES.has(name));
  return names.filter((name) => socket.listenerCount(name) > BARE.listenerCount(name));
}
