/** Ten thousand channels on one socket: a message to one of them costs what it costs with one. */

import { expect, test } from 'vitest';
import type {
  Connection,
  DialRequest,
  Telemetry,
  Transport,
  TransportSink,
} from '../../src/index.js';
import { type ChannelTable, PhoenixDouble, type ServerChannel } from '../../src/testing/index.js';
import { wsTransport } from '../../src/transport/ws-transport.js';
import { TallyClock } from '../support/fault-clock.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';

const MANY = 10_000;
/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;
const ROUNDS = 9;
const MESSAGES = 300;

test(
  'a message to one of 10 000 channels moves no chart and arms no timer, as with one channel',
  async () => {
    const server = new Server();
    await using double = await PhoenixDouble.start(server.channels, {
      maxChannelsPerSocket: 20_000,
    });
    await using one = await Crowd.start(double.url, ['one:0']);
    await using many = await Crowd.start(double.url, topics('many', MANY));
    expect(double.topics()).toHaveLength(MANY + 1);

    for (let round = 0; round < ROUNDS; round += 1) {
      await one.hear(server, 'one:0');
      await many.hear(server, `many:${Math.floor((MANY * round) / ROUNDS)}`);
    }

    const quiet = { messages: ROUNDS * MESSAGES, chartEvents: 0, timers: 0 };
    expect(one.counts).toEqual(quiet);
    expect(many.counts).toEqual(quiet);
    tell(one, many);
  },
  PATIENCE,
);

/** The rounds are interleaved, so that a slow moment of the machine hits both. Information, and no verdict. */
function tell(one: Crowd, many: Crowd): void {
  const [slow, fast] = [many.perMessage, one.perMessage];
  const ratio = (slow / fast).toFixed(2);
  console.info(
    `${fast.toFixed(2)} µs a message with 1 channel, ${slow.toFixed(2)} µs with ${MANY}: x ${ratio}`,
  );
}

/** Lets the test speak to one channel without looking for it. */
class Server {
  readonly #channels = new Map<string, ServerChannel>();
  readonly channels: ChannelTable = {
    '*': { joined: (channel) => void this.#channels.set(channel.topic, channel) },
  };

  say(topic: string, payload: object): void {
    this.#channels.get(topic)!.push('said', payload);
  }
}

/** A worker with its channels, all on one socket, and what its messages cost. */
class Crowd implements AsyncDisposable {
  readonly #clock = new TallyClock();
  readonly #transport = new TimedTransport(this.#clock);
  readonly #rounds: number[] = [];
  readonly #worker: ClockedWorker;
  readonly #stop: () => Promise<unknown>;
  #chartEvents = 0;
  readonly #total = { messages: 0, chartEvents: 0, timers: 0 };

  static async start(url: string, topics: readonly string[]): Promise<Crowd> {
    const crowd = new Crowd(url, topics);
    for (const _topic of topics) await crowd.#worker.next('handleJoined');
    return crowd;
  }

  private constructor(url: string, topics: readonly string[]) {
    const telemetry: Telemetry = {
      fact: () => undefined,
      inspect: () => {
        this.#chartEvents += 1;
      },
    };
    this.#worker = new ClockedWorker(Object.fromEntries(topics.map((topic) => [topic, {}])));
    const client = this.#worker.startOn(this.#clock, {
      ...STILL,
      url,
      telemetry,
      rejoin: { concurrency: false },
      transports: [this.#transport],
    });
    this.#stop = () => client.stop();
  }

  get counts(): {
    readonly messages: number;
    readonly chartEvents: number;
    readonly timers: number;
  } {
    return this.#total;
  }

  /** Microseconds from the frame to the end of routing, in the median round. */
  get perMessage(): number {
    const sorted = this.#rounds.toSorted((a, b) => a - b);
    return (sorted[sorted.length >> 1]! / MESSAGES) * 1000;
  }

  /** One round: every message is said, and waited for. */
  async hear(server: Server, topic: string): Promise<void> {
    const before = { chartEvents: this.#chartEvents, timers: this.#clock.timersSet };
    this.#transport.spent = 0;
    for (let n = 0; n < MESSAGES; n += 1) server.say(topic, { n });
    for (let n = 0; n < MESSAGES; n += 1) {
      expect(await this.#worker.next('handleMessage')).toEqual({
        topic,
        event: 'said',
        payload: { n },
      });
    }
    this.#rounds.push(this.#transport.spent);
    this.#total.messages += MESSAGES;
    this.#total.chartEvents += this.#chartEvents - before.chartEvents;
    this.#total.timers += this.#clock.timersSet - before.timers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

/** The WebSocket transport, with a watch on the time that frames spend in what is above it. */
class TimedTransport implements Transport {
  readonly name = 'timed';
  spent = 0;
  readonly #inner: Transport;

  constructor(clock: TallyClock) {
    this.#inner = wsTransport({ closeTimeout: 50 }, clock);
  }

  dial(request: DialRequest, sink: TransportSink): Connection {
    return this.#inner.dial(request, {
      opened: () => sink.opened(),
      closed: (close) => sink.closed(close),
      frame: (frame) => {
        const began = performance.now();
        sink.frame(frame);
        this.spent += performance.now() - began;
      },
    });
  }
}

function topics(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}:${index}`);
}
