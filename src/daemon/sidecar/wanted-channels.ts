/** The channels that are wanted, each as it was asked for, and what is known of each since then. */

import type { Gap } from '../../index.js';
import type { ChannelConfig } from '../config/schema.js';

/** Of a topic, from the moment it is wanted. */
export type WantedChannel = {
  readonly config: ChannelConfig;
  readonly keeps: (event: string) => boolean;
  /** Names of deliveries, and `*`. */
  readonly routes: readonly string[];
  messagesIn: number;
  pushesOut: number;
  gap: Pick<Gap, 'from' | 'to'> | null;
};

/** `at`: Unix milliseconds. */
export type GivenUp = { readonly why: string; readonly at: number; readonly required: boolean };

/** Whether an event is kept, by the patterns of a channel; undefined: all are. */
export type Keeps = (events: readonly string[] | undefined) => (event: string) => boolean;

/** Those of streams and pulls. */
const STREAMS = '*';
/** Of those that were given up: a person reads them. */
const KEPT = 1000;

export class WantedChannels {
  readonly #channels = new Map<string, WantedChannel>();
  readonly #configs = new Map<string, ChannelConfig>();
  /** What the policy has given up, and why: so that it does not vanish without a word. */
  readonly #givenUp = new Map<string, GivenUp>();
  readonly #keepsOf: Keeps;

  constructor(keepsOf: Keeps) {
    this.#keepsOf = keepsOf;
  }

  get(topic: string): WantedChannel | undefined {
    return this.#channels.get(topic);
  }

  get givenUp(): ReadonlyMap<string, GivenUp> {
    return this.#givenUp;
  }

  /** Asked for each push: never made anew. */
  get configs(): ReadonlyMap<string, ChannelConfig> {
    return this.#configs;
  }

  get required(): readonly string[] {
    const wanted = [...this.#channels].filter(([, { config }]) => config.required === true);
    const lost = [...this.#givenUp].filter(([, { required }]) => required);
    return [...wanted, ...lost].map(([topic]) => topic);
  }

  put(topic: string, config: ChannelConfig): void {
    const { messagesIn = 0, pushesOut = 0, gap = null } = this.#channels.get(topic) ?? {};
    const routes = [STREAMS, ...new Set([config.deliver ?? []].flat())];
    const keeps = this.#keepsOf(config.events);
    this.#configs.set(topic, config);
    this.#channels.set(topic, { config, keeps, routes, messagesIn, pushesOut, gap });
    this.#givenUp.delete(topic);
  }

  delete(topic: string): void {
    this.#channels.delete(topic);
    this.#configs.delete(topic);
    this.#givenUp.delete(topic);
  }

  giveUp(topic: string, why: string, at: number): void {
    const required = this.#channels.get(topic)?.config.required === true;
    if (!this.#channels.delete(topic)) return;
    this.#configs.delete(topic);
    const [oldest] = this.#givenUp.keys();
    if (oldest !== undefined && this.#givenUp.size >= KEPT) this.#givenUp.delete(oldest);
    this.#givenUp.set(topic, { why, at, required });
  }
}
