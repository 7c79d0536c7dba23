/** How long a client takes to find out, on real sockets: one line of JSON for each fault and policy. */

import { systemClock } from '../../../src/clock.js';
import { type ClientOptions, type Disconnected, GenSocketClient } from '../../../src/index.js';
import { environmentOf, optionsIn } from '../../../src/sockets/environment.js';
import { PhoenixDouble, seedChannels } from '../../../src/testing/index.js';

const TOPIC = 'ping:1';
const HOUR = 3_600_000;
const MEBIBYTE = 2 ** 20;

/** A worker whose wall clock can jump, as after a sleep. */
class Watcher extends GenSocketClient {
  readonly lost: Promise<Disconnected>;
  readonly ready: Promise<void>;
  #slept = 0;
  #lose: (fact: Disconnected) => void = ignore;
  #begin: () => void = ignore;

  constructor() {
    super();
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.ready = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  override init(): void {
    this.join(TOPIC);
  }

  override handleJoined(): void {
    this.#begin();
  }

  override handleDisconnected(fact: Disconnected): void {
    this.#lose(fact);
  }

  sleep(): void {
    this.#slept += HOUR;
  }

  pushMuch(): void {
    for (let count = 0; count < 16; count += 1) {
      this.push(TOPIC, 'noreply', { text: 'x'.repeat(MEBIBYTE) });
    }
  }

  startWatched(options: ClientOptions): ReturnType<Watcher['start']> {
    const clock = { ...systemClock, now: () => Date.now() + this.#slept };
    return this.start(optionsIn(environmentOf(clock, Math.random), options));
  }
}

type Fault = (worker: Watcher, double: PhoenixDouble) => void;

const FAULTS: { readonly [name: string]: Fault } = {
  'half-open peer': (_, double) => double.faults.halfOpen(),
  'sleep, and a peer that has gone meanwhile': (worker, double) => {
    double.faults.halfOpen();
    worker.sleep();
  },
  'stalled write': (worker, double) => {
    double.faults.halfOpen();
    worker.pushMuch();
  },
};

type Case = readonly [fault: string, policy: string, promised: number, options: ClientOptions];

/** `promised` in milliseconds. */
const CASES: readonly Case[] = [
  ['half-open peer', 'default', 35_000, {}],
  ['half-open peer', 'heartbeat 1s + 1s', 2000, { heartbeat: { interval: '1s', timeout: '1s' } }],
  ['sleep, and a peer that has gone meanwhile', 'default', 15_000, {}],
  [
    'sleep, and a peer that has gone meanwhile',
    'timeout 1s',
    6000,
    { heartbeat: { timeout: '1s' } },
  ],
  ['stalled write', 'default', 10_000, { heartbeat: false }],
  [
    'stalled write',
    'writeTimeout 1s',
    1000,
    { heartbeat: false, websocket: { writeTimeout: '1s' } },
  ],
  ['stalled handshake', 'default', 10_000, {}],
  ['stalled handshake', 'connect 1s', 1000, { timeouts: { connect: '1s' } }],
];

async function detect([fault, policy, promised, options]: Case): Promise<void> {
  await using double = await PhoenixDouble.start(seedChannels());
  const harm = FAULTS[fault];
  const worker = new Watcher();
  if (harm === undefined) double.faults.stall();
  const began = performance.now();
  await using _client = worker.startWatched({
    outbox: { size: '64MiB' },
    ...options,
    url: double.url,
  });
  if (harm !== undefined) await worker.ready;
  const at = harm === undefined ? began : performance.now();
  harm?.(worker, double);
  const { close } = await worker.lost;
  const ms = Math.round(performance.now() - at);
  double.faults.heal();
  console.log(JSON.stringify({ fault, policy, cause: close.cause, promised, ms }));
}

function ignore(): void {}

await Promise.all(CASES.map(detect));
