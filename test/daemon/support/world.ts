/** A server, an application and a daemon between them: each can go and come back, and what each was told is kept. */

import { onTestFinished } from 'vitest';
import { type ChannelTable, PhoenixDouble } from '../../../src/testing/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application } from './application.js';
import { DaemonProcess } from './daemon-process.js';

/** What came to the server, each time it came. */
export type Put = { readonly topic: string; readonly n: number; readonly key: string };

type Config = { readonly channels: object; readonly [option: string]: unknown };

export type Places = {
  readonly server: string;
  readonly application: string;
  readonly folder: string;
};

export const TOPICS = ['room:a', 'room:b', 'room:c'] as const;

export class World {
  readonly server: PhoenixDouble;
  readonly application: Application;
  readonly folder: string;
  readonly puts: readonly Put[];
  config: Config;
  #daemon: DaemonProcess;
  readonly #said = new Map<string, number>();

  private constructor(
    made: Pick<World, 'server' | 'application' | 'folder' | 'puts' | 'config'>,
    daemon: DaemonProcess,
  ) {
    this.server = made.server;
    this.application = made.application;
    this.folder = made.folder;
    this.puts = made.puts;
    this.config = made.config;
    this.#daemon = daemon;
  }

  /** Everything is joined when it resolves. What is configured goes over what is usual, key by key. */
  static async begin(more: (places: Places) => Partial<Config> = () => ({})): Promise<World> {
    const puts: Put[] = [];
    const server = await PhoenixDouble.start(roomsThat(puts));
    onTestFinished(() => server.stop());
    const application = await Application.start();
    const folder = temporaryFolder();
    const places = { server: server.url, application: application.url, folder };
    const config = { ...usual(places), ...more(places) };
    const daemon = await DaemonProcess.start(folder, config);
    const world = new World({ server, application, folder, puts, config }, daemon);
    onTestFinished(() => world.daemon[Symbol.asyncDispose]());
    await world.joined(Object.keys(config.channels));
    return world;
  }

  get daemon(): DaemonProcess {
    return this.#daemon;
  }

  /** Another process with the same configuration and the same folders. */
  async startDaemon(): Promise<DaemonProcess> {
    this.#daemon = await DaemonProcess.start(this.folder, this.config);
    return this.#daemon;
  }

  /** The next number of the topic, to whoever has joined it. */
  say(topic: string): number {
    const n = (this.#said.get(topic) ?? 0) + 1;
    this.#said.set(topic, n);
    this.server.push(topic, 'said', { n });
    return n;
  }

  async joined(topics: readonly string[] = TOPICS): Promise<void> {
    for (const topic of topics) await until(() => this.server.subscribers(topic) > 0);
  }

  /** One last event of each topic was delivered, so all before it were, too; and the pushes that were taken have arrived. */
  async quiet(taken: readonly Put[], topics: readonly string[] = TOPICS): Promise<void> {
    const last = new Map<string, unknown>(topics.map((topic) => [topic, this.say(topic)]));
    const { calls } = this.application;
    let read = 0;
    await until(() => {
      for (; read < calls.length; read += 1) {
        const { topic, data } = calls[read] as { topic: string; data: { n?: number } };
        if (last.get(topic) === data.n) last.delete(topic);
      }
      return last.size === 0;
    }, 'the last events were delivered');
    const missing = new Set(taken.map(({ key }) => key));
    await until(() => {
      for (const { key } of this.puts) missing.delete(key);
      return missing.size === 0;
    }, 'the last pushes have arrived');
  }

  /** A confirmed push; true: the daemon has taken it. */
  async put(topic: string, n: number): Promise<boolean> {
    const order = { topic, event: 'put', payload: { n }, delivery: 'confirmed' };
    const { status } = await this.#daemon.push(order, { 'idempotency-key': `${topic}/${n}` });
    return status === 202;
  }
}

/** Waits for a fact. */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not in 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function roomsThat(puts: Put[]): ChannelTable {
  return {
    'room:*': {
      handle: {
        put: (payload, { topic }) => {
          const { n, idempotency_key: key } = payload as { n: number; idempotency_key: string };
          puts.push({ topic, n, key });
          return { n };
        },
      },
    },
  };
}

function usual({ server, application, folder }: Places): Config {
  return {
    url: server,
    reconnect: { min: 10, max: 50 },
    rejoin: { delays: [10, 50] },
    confirmed: { min: 50, max: 200 },
    channels: Object.fromEntries(
      TOPICS.map((topic) => [topic, { deliver: 'app', presence: false }]),
    ),
    deliver: {
      app: {
        webhook: `${application}/events`,
        retry: { min: 10, max: 50 },
        breaker: { failures: 5, openFor: 100 },
        deadLetter: `${folder}/dead.ndjson`,
      },
    },
    inbox: { store: `${folder}/inbox` },
    outbox: { store: `${folder}/outbox` },
  };
}
