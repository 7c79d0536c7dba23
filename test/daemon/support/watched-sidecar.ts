/** A connection as the page sees it, with a snapshot made of what its client says. */

import {
  type ChannelStatus,
  type Client,
  type Disconnected,
  GenSocketClient,
  type JoinFailed,
  type Message,
  type Push,
} from '../../../src/index.js';
import type { DeliveryStatus } from '../../../src/daemon/deliveries/delivery.js';
import { Desk } from '../../../src/daemon/pushes/desk.js';
import type { Sidecar } from '../../../src/daemon/sidecar/sidecar.js';
import type { PageControl } from '../../../src/daemon/admin/page-control.js';
import type { ChannelSnapshot, Snapshot } from '../../../src/daemon/admin/snapshot.js';

type Counts = { messagesIn: number; pushesOut: number };

export class WatchedWorker extends GenSocketClient {
  readonly control: PageControl = {
    commands: {
      reconnect: () => this.connect(),
      pause: () => this.disconnect(),
      resume: () => this.connect(),
    },
    desk: new Desk({
      push: (...order) => this.#push(...order),
      wanted: new Map(),
    }),
  };
  readonly counts = new Map<string, Counts>();
  readonly retryAt = new Map<string, number | null>();
  readonly startedAt = Date.now();
  deliveries: readonly DeliveryStatus[] = [];
  downSince: number | null = Date.now();
  nextDialAt: number | null = null;
  replied: number | null = null;
  lost: Snapshot['socket']['close'] = null;
  readonly #wanted: { readonly [topic: string]: unknown };

  constructor(wanted: { readonly [topic: string]: unknown }) {
    super();
    this.#wanted = wanted;
  }

  override init(): void {
    for (const [topic, params] of Object.entries(this.#wanted)) this.join(topic, params);
  }

  override handleConnected(): void {
    this.downSince = null;
  }

  override handleDisconnected({ close, retryIn }: Disconnected): void {
    const at = Date.now();
    this.downSince ??= at;
    this.nextDialAt = retryIn === null ? null : at + retryIn;
    this.lost = { cause: close.cause, what: `${close.cause}: ${close.reason}`, at };
  }

  override handleJoinError({ topic, retryIn }: JoinFailed): void {
    this.retryAt.set(topic, retryIn === null ? null : Date.now() + retryIn);
  }

  override handleMessage({ topic }: Message): void {
    this.countsOf(topic).messagesIn += 1;
  }

  #push(...[topic, event, payload, options]: Parameters<Sidecar['push']>): Push {
    this.countsOf(topic).pushesOut += 1;
    const at = performance.now();
    const push = this.push(topic, event, payload, options);
    void push.outcome().then(() => (this.replied = performance.now() - at));
    return push;
  }

  countsOf(topic: string): Counts {
    const counts = this.counts.get(topic) ?? { messagesIn: 0, pushesOut: 0 };
    this.counts.set(topic, counts);
    return counts;
  }
}

export function snapshotOf(worker: WatchedWorker, client: Client, control: boolean): Snapshot {
  const { status } = client;
  const all = [...worker.counts.values()];
  const sum = (what: keyof Counts) => all.reduce((total, one) => total + one[what], 0);
  return {
    version: '0.1.0',
    now: Date.now(),
    startedAt: worker.startedAt,
    draining: status.state === 'draining',
    control,
    socket: {
      url: 'ws://127.0.0.1/socket',
      state: status.state,
      since: status.since.getTime(),
      downSince: worker.downSince,
      attempt: status.attempt,
      transport: status.transport,
      close: worker.lost,
      nextDialAt: worker.nextDialAt,
    },
    channels: [...status.channels].map(([topic, one]) => channelOf(topic, one, worker)),
    totals: {
      messagesIn: sum('messagesIn'),
      pushesOut: sum('pushesOut'),
      replies: 0,
      bytesIn: 12_345,
      bytesOut: 678,
    },
    latency: { reply: worker.replied, heartbeat: null },
    outbox: { waiting: 0, confirmed: 0 },
    inbox: { kept: 12, bytes: 3456, appended: 12, unwritten: 0 },
    deliveries: worker.deliveries,
    timeline: client.timeline().map(({ at, who, from, to, reason }) => ({
      at: at.getTime(),
      of: who,
      from,
      to,
      why: reason || null,
    })),
  };
}

function channelOf(
  topic: string,
  { state, since, error, gap }: ChannelStatus,
  worker: WatchedWorker,
): ChannelSnapshot {
  return {
    topic,
    state,
    since: since.getTime(),
    error: error?.message ?? null,
    retryAt: state === 'errored' ? (worker.retryAt.get(topic) ?? null) : null,
    gap: gap && { from: gap.from.getTime(), to: gap.to.getTime() },
    ...worker.countsOf(topic),
  };
}

export const FAILING: DeliveryStatus = {
  name: 'billing',
  kind: 'webhook',
  state: 'running',
  breaker: 'open',
  waiting: 120,
  inFlight: 0,
  delivered: 4711,
  retried: 9,
  dropped: 1,
  deadLetters: 2,
  pushesRefused: 0,
  overflowed: 0,
  oldest: Date.now() - 42_000,
  lastError: { at: Date.now() - 3000, what: 'connection refused by 127.0.0.1:8080' },
  nextTryAt: Date.now() + 27_000,
};
