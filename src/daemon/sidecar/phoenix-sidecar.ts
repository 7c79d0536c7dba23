/** Starts the connection to Phoenix, and keeps what the daemon wants of it. */

import { isDeepStrictEqual } from 'node:util';
import type { Client, ClientOptions, Join, Leave, Presence, Push } from '../../index.js';
import type { PushOptions } from '../../index.js';
import type { ChannelConfig } from '../config/schema.js';
import { wordsOf } from '../../errors.js';
import { Observed } from './observed.js';
import type { Sidecar } from './sidecar.js';
import { SidecarWorker, type WorkerParts } from './sidecar-worker.js';
import type { GivenUp } from './wanted-channels.js';

export type SidecarTerms = WorkerParts & {
  /** Of the client: checked when it starts. */
  readonly options: ClientOptions;
};

export type ChannelCounts = { readonly messagesIn: number; readonly pushesOut: number };

const NOTHING: ChannelCounts = { messagesIn: 0, pushesOut: 0 };

export class PhoenixSidecar implements Sidecar {
  readonly client: Client;
  readonly observed: Observed;
  readonly #worker: SidecarWorker;
  #configured: ReadonlyMap<string, ChannelConfig>;
  #total = 0;

  /** Dials nothing before `resume`. Throws as a client's start does. */
  constructor({ options, ...parts }: SidecarTerms) {
    this.#configured = parts.channels;
    this.#worker = new SidecarWorker(parts);
    this.observed = new Observed(parts.intake, parts.now());
    const telemetry = [options.telemetry ?? [], this.observed].flat();
    // One message that cannot be taken is told of, and no reason to lose the others.
    this.client = this.#worker.start({
      ...options,
      telemetry,
      autoConnect: false,
      onCallbackError: 'continue',
    });
  }

  get wanted(): ReadonlyMap<string, ChannelConfig> {
    return this.#worker.wanted.configs;
  }

  /** What the policy has stopped to join, and why. */
  get givenUp(): ReadonlyMap<string, GivenUp> {
    return this.#worker.wanted.givenUp;
  }

  /** The topics that strict readiness asks for, also those that were given up. */
  get required(): readonly string[] {
    return this.#worker.wanted.required;
  }

  push(topic: string, event: string, payload: unknown, options?: PushOptions): Push {
    const push = this.#worker.pushTo(topic, event, payload, options);
    this.#total += 1;
    return push;
  }

  join(topic: string, channel: ChannelConfig): Join {
    return this.#worker.want(topic, channel);
  }

  leave(topic: string): Leave {
    return this.#worker.leave(topic);
  }

  presence(topic: string): Presence {
    return this.#worker.presenceOf(topic);
  }

  gapOf(topic: string): { readonly from: Date; readonly to: Date } | null {
    return this.#worker.wanted.get(topic)?.gap ?? null;
  }

  countsOf(topic: string): ChannelCounts {
    return this.#worker.wanted.get(topic) ?? NOTHING;
  }

  get pushesOut(): number {
    return this.#total;
  }

  get messagesIn(): number {
    return this.#worker.messagesIn;
  }

  /**
   * Of the channels that were configured: those that are gone are left, those that are new or different are joined as they are now.
   * Returns why some cannot be joined: those are as they were, and the others have changed.
   */
  apply(channels: ReadonlyMap<string, ChannelConfig>): readonly string[] {
    for (const topic of this.#configured.keys()) if (!channels.has(topic)) this.leave(topic);
    this.#configured = channels;
    return [...channels].flatMap(([topic, channel]) => this.#changed(topic, channel));
  }

  #changed(topic: string, channel: ChannelConfig): readonly string[] {
    if (isDeepStrictEqual(channel, this.wanted.get(topic))) return [];
    try {
      this.join(topic, channel);
      return [];
    } catch (error) {
      return [`${topic.slice(0, 200)}: ${wordsOf(error)}`];
    }
  }

  reconnect(): void {
    this.#worker.disconnect();
    this.client.connect();
  }

  pause(): void {
    this.#worker.disconnect();
  }

  resume(): void {
    this.client.connect();
  }

  /** Nothing that the server says is taken any more. */
  stopReading(): void {
    this.#worker.stopReading();
  }
}
