/** One worker through ten thousand lives over a memory transport, and what they leave on the heap. */

import { startClient } from '../../../src/client/start.js';
import { v2 } from '../../../src/index.js';
import { Reporter } from '../../../src/telemetry/telemetry.js';
import {
  type MemoryDial,
  type MemoryServer,
  type MemorySession,
  memoryTransport,
} from '../../../src/transport/memory-transport.js';
import { say } from '../../support/say.js';
import { SimulatedClock } from '../../support/simulated-clock.js';
import { heapInUse, turn } from '../../support/heap.js';
import { SimulatedWorker } from '../../support/worker-simulation.js';

const OVERRIDES = { init: false, handlePresence: true, handleReply: true };

const HOME = 'room:home';
const CYCLES = 10_000;
/** Until the compiler has settled and every table has its size. */
const WARM_UP = 2000;
const HEARTBEAT = 1000;

/** Answers what a worker asks, keeps nothing, and dies in every way. */
class Server {
  session: MemorySession | null = null;
  refuses = false;
  deaf = false;

  async serve(server: MemoryServer): Promise<never> {
    for (;;) this.#answerDial(await server.dials.next());
  }

  say(topic: string, event: string): void {
    this.session?.send(JSON.stringify([null, null, topic, event, {}]));
  }

  #answerDial(dial: MemoryDial): void {
    if (this.refuses) {
      this.refuses = false;
      dial.refuse({ status: 503 });
      return;
    }
    this.session = dial.accept();
    void this.#read(this.session);
  }

  async #read(session: MemorySession): Promise<never> {
    for (;;) {
      const message = v2.decode(await session.received.next());
      if (message instanceof Error) throw message;
      const { joinRef, ref, topic, event } = message;
      if (event === 'silence' || (event === 'heartbeat' && this.deaf)) continue;
      const payload = { status: event === 'refuse' ? 'error' : 'ok', response: {} };
      session.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', payload]));
    }
  }
}

class Lives {
  readonly clock = new SimulatedClock();
  readonly worker = new SimulatedWorker();
  readonly #server = new Server();
  readonly client: ReturnType<typeof startClient>;

  constructor() {
    const { transport, server } = memoryTransport();
    void this.#server.serve(server);
    const options = {
      url: 'ws://phoenix/socket',
      transports: [transport] as const,
      reconnect: { min: 1, max: 1, jitter: 'none', stableAfter: 0 } as const,
      rejoin: { delays: [1], jitter: 'none' } as const,
      heartbeat: { interval: HEARTBEAT, timeout: HEARTBEAT },
    };
    const reporter = new Reporter([], () => 0);
    const environment = { clock: this.clock, random: () => 0.5, reporter, makeKey: () => 'key' };
    this.client = startClient(this.worker, this.worker.commands, options, OVERRIDES, environment);
  }

  async begin(): Promise<void> {
    await this.worker.join(HOME).ok();
  }

  async run(cycles: number): Promise<void> {
    for (let cycle = 0; cycle < cycles; cycle += 1) await this.#live(cycle);
  }

  /** A topic of its own, a push of each fate, a message, a loss, and the way back. */
  async #live(cycle: number): Promise<void> {
    const topic = `room:${cycle}`;
    await this.worker.join(topic).ok();
    await this.worker.push(topic, 'ask').ok();
    await this.worker.push(topic, 'refuse').outcome();
    this.#server.say(topic, 'said');
    const late = this.worker.push(topic, 'silence', {}, { timeout: 100 }).outcome();
    this.clock.advance(100);
    await late;
    const lost = this.worker.push(topic, 'silence').outcome();
    const left = cycle % 2 === 0 ? this.worker.leave(topic).outcome() : null;
    await turn();
    await this.#lose(cycle);
    const never = this.worker.push(HOME, 'ask', {}, { ttl: 0 }).outcome();
    if (left === null) this.worker.leave(topic);
    await this.#return();
    await Promise.all([lost, left, never]);
  }

  async #lose(cycle: number): Promise<void> {
    this.#server.deaf = cycle % 5 === 4;
    this.#server.refuses = cycle % 5 === 3;
    if (cycle % 5 === 0) this.#server.session?.close(1001, '');
    else if (cycle % 5 === 1) this.worker.disconnect();
    else if (cycle % 5 !== 4) this.#server.session?.cut();
    for (let wait = 0; this.client.status.state === 'connected'; wait += 1)
      await this.#pass(HEARTBEAT);
    if (cycle % 5 === 1) this.worker.connect();
    this.#server.deaf = false;
  }

  async #return(): Promise<void> {
    while (!this.worker.joined(HOME)) await this.#pass(this.clock.nextIn ?? 1);
  }

  async #pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await turn();
  }
}

// Thousands of failures are part of it, and nobody reads where they were made.
Error.stackTraceLimit = 0;
const lives = new Lives();
await lives.begin();
await lives.run(WARM_UP);
const before = { heap: await heapInUse(), timers: lives.clock.pending };
await lives.run(CYCLES);
say('heap', (await heapInUse()) - before.heap);
say('timers', lives.clock.pending - before.timers);
say('channels', ...lives.client.status.channels.keys());
await lives.client.stop();
say('channels after the stop', lives.client.status.channels.size);
say('timers after the stop', lives.clock.pending);
say('resources', ...process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'));
