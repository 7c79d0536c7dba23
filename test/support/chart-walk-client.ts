/** The client under the random walk: real sockets, channels and charts, and all that was asked of them. */

import { Actor, type InspectionEvent } from 'xstate';
import { ChannelLife } from '../../src/channel/life.js';
import type { PushRequest } from '../../src/channel/push-request.js';
import { channelMachine, inspectWith, socketMachine } from '../../src/charts.js';
import { UnauthorizedError } from '../../src/errors.js';
import type { Serializer } from '../../src/protocol/serializer.js';
import type { Credentials } from '../../src/sockets/credentials.js';
import type { SocketsListener } from '../../src/sockets/listener.js';
import { settingsOf } from '../../src/sockets/settings.js';
import { Socket } from '../../src/sockets/socket.js';
import { Sockets } from '../../src/sockets/sockets.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import type { Chance } from './chart-chance.js';
import { WalkServer } from './chart-walk-server.js';
import { SimulatedClock } from './simulated-clock.js';

export type SocketChart = Actor<typeof socketMachine>;
export type ChannelChart = Actor<typeof channelMachine>;

export type Asked = { readonly topic: string; readonly at: number };
export type AskedPush = Asked & { readonly push: PushRequest; readonly isAwaited: boolean };

export const LIMITS = {
  concurrency: 2,
  sockets: 3,
  outbox: 4,
  ttl: 8000,
  pushTimeout: 6000,
  joinTimeout: 10_000,
  leaveTimeout: 5000,
} as const;

/** The microtasks that the longest chain of promises in a client takes. */
const MICROTASKS = 12;

export class WalkClient implements SocketsListener {
  readonly clock = new SimulatedClock();
  readonly chance: Chance;
  readonly server: WalkServer;
  readonly sockets: Sockets;
  readonly socketCharts = new Set<SocketChart>();
  readonly channelCharts = new Set<ChannelChart>();
  readonly joins = new Set<Asked>();
  readonly leaves = new Set<Asked>();
  readonly pushes = new Set<AskedPush>();
  /** Promises of the worker's own, not yet settled. */
  readonly owed: (() => void)[] = [];
  readonly greetings = new Set<string>();
  /** How often the worker was told of a push, by ref. */
  readonly toldOf = new Map<string, number>();
  /** The innermost states that a chart was found in. */
  readonly visited: Set<string>;
  /** When a channel last went to another socket. */
  readonly movedAt = new Map<string, number>();
  isToldOnline = false;
  messages = 0;
  /** Who had the newest turn to dial. */
  #dialer: SocketChart | null = null;

  constructor(chance: Chance, serializer: Serializer, visited: Set<string>) {
    this.chance = chance;
    this.visited = visited;
    this.server = new WalkServer(chance, serializer, () => this.#dialer && socketOf(this.#dialer));
    const settings = settingsOf({
      url: 'ws://phoenix.example/socket',
      transports: this.server.ways,
      fallback: { failures: 2, returnAfter: '30s' },
      maxConnectionAge: chance.happens(0.2) && '2m',
      onUnauthorized: 'wait',
      serializer,
      credentials: () => this.#credentials(),
      heartbeat: chance.happens(0.7) && {},
      rejoin: { concurrency: LIMITS.concurrency },
      outbox: { messages: LIMITS.outbox, ttl: LIMITS.ttl },
      timeouts: { join: LIMITS.joinTimeout, leave: LIMITS.leaveTimeout, push: '1s' },
      maxSockets: LIMITS.sockets,
    });
    const telemetry = inspectWith((event) => {
      this.#watch(event);
    });
    const reporter = new Reporter(telemetry, () => this.clock.now());
    this.sockets = new Sockets(settings, this, {
      clock: this.clock,
      random: chance.random,
      reporter,
      makeKey: () => 'key',
    });
  }

  async passes(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    for (;;) {
      const left = until - this.clock.monotonic();
      const { nextIn } = this.clock;
      this.clock.advance(nextIn === null ? left : Math.min(nextIn, left));
      await this.rests();
      if (nextIn === null || nextIn >= left) return;
    }
  }

  async rests(): Promise<void> {
    for (let turn = 0; turn < MICROTASKS; turn += 1) await Promise.resolve();
  }

  // What a worker may ask.

  join(topic: string): void {
    const { rejoin } = this.sockets.settings;
    const terms = this.chance.weigh([
      [6, rejoin],
      [1, { ...rejoin, enabled: false }],
      [1, { ...rejoin, refused: false as const }],
    ]);
    const asked = { topic, at: this.clock.monotonic() };
    const request = this.sockets.channels.join(topic, this.#params(topic), {
      timeout: LIMITS.joinTimeout,
      rejoin: terms,
    });
    this.joins.add(asked);
    void request.outcome().then(() => this.joins.delete(asked));
  }

  leave(topic: string): void {
    const asked = { topic, at: this.clock.monotonic() };
    this.leaves.add(asked);
    void this.sockets.channels
      .leave(topic)
      .outcome()
      .then(() => this.leaves.delete(asked));
  }

  push(topic: string): void {
    const terms = {
      delivery: this.chance.happens(0.3) ? 'volatile' : 'buffered',
      timeout: LIMITS.pushTimeout,
      ttl: LIMITS.ttl,
    } as const;
    const push = this.sockets.channels.push(topic, 'say', {}, terms);
    const isAwaited = this.chance.happens(0.5);
    this.pushes.add({ topic, at: this.clock.monotonic(), push, isAwaited });
    if (isAwaited) void push.outcome();
    if (this.chance.happens(0.1)) push.cancel();
  }

  endsGreeting(): void {
    const [topic] = this.greetings;
    if (topic === undefined) return;
    this.greetings.delete(topic);
    this.sockets.channels.endGreeting(topic);
  }

  // What it is told.

  connected(): void {
    this.isToldOnline = true;
  }

  /** A socket that is given up is told though others are open: the worker looks at the status when its turn comes. */
  disconnected({ retryIn }: { retryIn: number | null }): void {
    this.isToldOnline = false;
    if (retryIn !== null) return;
    queueMicrotask(() => {
      if (this.sockets.status.state === 'connected') this.isToldOnline = true;
    });
  }

  /** A worker that is busy comes to it later. */
  joined({ topic }: { topic: string }): void {
    if (this.chance.happens(0.4)) {
      this.sockets.channels.endGreeting(topic);
      return;
    }
    if (this.chance.happens(0.5)) this.sockets.channels.beginGreeting(topic);
    this.greetings.add(topic);
  }

  joinFailed(): void {
    return;
  }

  channelClosed(): void {
    return;
  }

  forget(): null {
    return null;
  }

  changed(): void {
    return;
  }

  message(): void {
    this.messages += 1;
  }

  presenceChanged(): void {
    return;
  }

  replied({ ref }: { ref: string }): void {
    this.#toldOf(ref);
  }

  policyFailed(): void {
    return;
  }

  storeFailed(): void {
    return;
  }

  pushFailed({ ref }: PushRequest): void {
    this.#toldOf(ref);
  }

  awaited(): void {
    while (this.greetings.size > 0) this.endsGreeting();
  }

  // What it gives.

  #credentials(): Credentials | Promise<Credentials> {
    return this.chance.weigh([
      [6, () => ({})],
      [3, () => this.#owes({})],
      [1, () => Promise.reject(new Error('no credentials'))],
      [0.2, () => Promise.reject(new UnauthorizedError())],
    ])();
  }

  #params(topic: string): unknown {
    return this.chance.weigh<unknown>([
      [6, {}],
      [2, () => this.#owes({})],
      [1, () => Promise.reject(new Error('no params'))],
      [1, () => this.#meddles(topic)],
    ]);
  }

  /** A params function runs in the middle of a transition, and may give commands. */
  #meddles(topic: string): unknown {
    if (this.chance.happens(0.5)) this.push(topic);
    if (this.chance.happens(0.2)) this.leave(topic);
    if (this.chance.happens(0.2)) this.sockets.disconnect();
    return {};
  }

  #owes<T>(value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.owed.push(() => {
        if (this.chance.happens(0.8)) resolve(value);
        else reject(new Error('it failed late'));
      });
    });
  }

  // What the walk sees of it.

  #toldOf(ref: string): void {
    this.toldOf.set(ref, (this.toldOf.get(ref) ?? 0) + 1);
  }

  #watch(event: InspectionEvent): void {
    const { actorRef } = event;
    if (event.type === '@xstate.actor') {
      if (isSocketChart(actorRef)) this.socketCharts.add(actorRef);
      if (isChannelChart(actorRef)) this.channelCharts.add(actorRef);
    } else if (event.type === '@xstate.event') this.#watchEvent(actorRef, event.event);
  }

  #watchEvent(ref: unknown, { type }: { type: string }): void {
    if (type === 'turn.given' && isSocketChart(ref)) this.#dialer = ref;
    if (type === 'channel.moved' && isChannelChart(ref)) {
      this.movedAt.set(lifeOf(ref).topic, this.clock.monotonic());
    }
  }
}

export function socketOf(chart: SocketChart): Socket {
  const { effects } = chart.getSnapshot().context;
  if (effects instanceof Socket) return effects;
  throw new Error('the effects of a socket chart are those of its owner');
}

export function lifeOf(chart: ChannelChart): ChannelLife {
  const { effects } = chart.getSnapshot().context;
  if (effects instanceof ChannelLife) return effects;
  throw new Error('the effects of a channel chart are those of its owner');
}

function isSocketChart(ref: unknown): ref is SocketChart {
  return ref instanceof Actor && ref.logic === socketMachine;
}

function isChannelChart(ref: unknown): ref is ChannelChart {
  return ref instanceof Actor && ref.logic === channelMachine;
}
