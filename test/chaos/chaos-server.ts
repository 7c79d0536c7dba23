/** The server under chaos: a Phoenix double whose channels note first-hand what reaches them. */

import { setTimeout as pause } from 'node:timers/promises';
import {
  type ChannelDouble,
  noReply,
  PhoenixDouble,
  reply,
  type ServerChannel,
} from 'gen-socket-client/testing';
import type { Arrival } from './story.js';

/** Milliseconds after which a client that has said nothing is gone: a peer that vanished must not count for long. */
const IDLE = 4000;
/** Milliseconds between two broadcasts. */
const TICK = 10;

export class ChaosServer {
  /** All that reached a channel, in the order of arrival. */
  readonly arrivals: Arrival[] = [];
  readonly double: PhoenixDouble;
  /** Milliseconds that a join takes at present. */
  joinDelay = 0;
  refusesJoins = false;
  /** Tokens before this one are refused. */
  oldestToken = 1;
  readonly #members = new Map<ServerChannel, number>();
  readonly #topics: readonly string[];
  readonly #ticking: NodeJS.Timeout;
  #joined = 0;
  #ticks = 0;

  static async start(topics: readonly string[]): Promise<ChaosServer> {
    // The double asks back into what it is part of, so that one has to come first.
    let server: ChaosServer | null = null;
    const mine = (): ChaosServer => server as unknown as ChaosServer;
    const double = await PhoenixDouble.start(
      { 'room:*': channelOf(mine) },
      {
        idleTimeout: IDLE,
        longPoll: { window: 1000, pubsubTimeout: 500, sessionTimeout: IDLE / 2 },
        connect: ({ params }) =>
          Number(params['token']) >= mine().oldestToken ? undefined : { status: 403 },
      },
    );
    server = new ChaosServer(double, topics);
    return server;
  }

  private constructor(double: PhoenixDouble, topics: readonly string[]) {
    this.double = double;
    this.#topics = topics;
    this.#ticking = setInterval(() => this.#tick(), TICK);
  }

  joined(channel: ServerChannel): void {
    this.#joined += 1;
    this.#members.set(channel, this.#joined);
    channel.push('presence_state', channel.presences());
    channel.track(`worker ${workerOf(channel)}`, {});
  }

  left(channel: ServerChannel): void {
    this.#members.delete(channel);
  }

  arrived(channel: ServerChannel, id: string): void {
    const member = this.#members.get(channel) ?? 0;
    const life = Number(channel.connectParams['life']);
    this.arrivals.push({ worker: workerOf(channel), life, topic: channel.topic, id, member });
  }

  /** By topic, the workers that are members: one that is there twice is named twice. */
  get members(): ReadonlyMap<string, readonly number[]> {
    const all = [...this.#members.keys()];
    return new Map(
      this.#topics.map((topic) => [
        topic,
        all
          .filter((channel) => channel.topic === topic)
          .map(workerOf)
          .sort((one, other) => one - other),
      ]),
    );
  }

  /** From now on only newer tokens are admitted, and who came with an older one is told to go. */
  expire(): void {
    this.oldestToken += 1;
    this.double.kick(1001);
  }

  /** Broadcasts nothing more. */
  hush(): void {
    clearInterval(this.#ticking);
  }

  async stop(): Promise<void> {
    this.hush();
    await this.double.stop();
  }

  #tick(): void {
    this.#ticks += 1;
    const topic = this.#topics[this.#ticks % this.#topics.length] ?? '';
    this.double.broadcast(topic, 'tick', { n: this.#ticks });
  }
}

/** `refused` is answered with an error, `silent` never; both have arrived. */
function channelOf(server: () => ChaosServer): ChannelDouble {
  return {
    async join(_params, channel) {
      if (server().refusesJoins) channel.refuse({ reason: 'chaos' });
      if (server().joinDelay > 0) await pause(server().joinDelay);
    },
    joined: (channel) => server().joined(channel),
    leave: (channel) => server().left(channel),
    handle: {
      work: (payload, channel) => {
        server().arrived(channel, idOf(payload));
        return { id: idOf(payload) };
      },
      refused: (payload, channel) => {
        server().arrived(channel, idOf(payload));
        return reply('error', { id: idOf(payload) });
      },
      silent: (payload, channel) => {
        server().arrived(channel, idOf(payload));
        return noReply;
      },
    },
  };
}

function idOf(payload: unknown): string {
  return (payload as { readonly id: string }).id;
}

function workerOf({ connectParams }: ServerChannel): number {
  return Number(connectParams['worker']);
}
