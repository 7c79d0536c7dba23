/** What other sockets did while a scenario was recorded: only what came of it was written down. */

import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';

/** Said by one of the others once the recorded client has heard so many frames. */
type Aside = { readonly heard: number; readonly who: string; readonly says: readonly unknown[] };

const asides: { readonly [scenario: string]: readonly Aside[] } = {
  'v1-presence': [
    aside(3, 'robin2', join('room:v1', 'robin2')),
    aside(4, 'robin2', leave('room:v1')),
  ],
  'v2-presence': [
    aside(3, 'robin2', join('room:lobby', 'robin2')),
    aside(4, 'robin2', push('room:lobby', 'user:typing', { typing: true })),
    aside(5, 'robin2', push('room:lobby', 'user:typing', { typing: false })),
    aside(
      6,
      'robin2',
      push('room:lobby', 'shout', { body: 'hey', channel: 'lobby', name: 'robin2' }),
      leave('room:lobby'),
    ),
  ],
  'v2-presence-two-metas': [
    aside(3, 'dup on a phone', join('room:multi', 'dup')),
    aside(4, 'dup on a desk', join('room:multi', 'dup')),
    aside(5, 'dup on a phone', leave('room:multi')),
    aside(6, 'dup on a desk', leave('room:multi')),
  ],
};

export class Others implements AsyncDisposable {
  readonly #url: string;
  readonly #asides: readonly Aside[];
  readonly #clients = new Map<string, RawClient>();

  constructor(scenario: string, url: string) {
    this.#url = url;
    this.#asides = asides[scenario] ?? [];
  }

  /** Lets them say what is due when so many frames were heard. */
  async heard(frames: number): Promise<void> {
    for (const { heard, who, says } of this.#asides) {
      if (heard === frames) (await this.#client(who)).say(...says);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) await client[Symbol.asyncDispose]();
  }

  async #client(who: string): Promise<RawClient> {
    const client = this.#clients.get(who) ?? (await connectRaw(`${this.#url}/websocket?vsn=2.0.0`));
    this.#clients.set(who, client);
    return client;
  }
}

function aside(heard: number, who: string, ...says: readonly unknown[]): Aside {
  return { heard, who, says };
}

function join(topic: string, username: string): unknown {
  return ['1', '1', topic, 'phx_join', { username }];
}

function push(topic: string, event: string, payload: object): unknown {
  return ['1', '2', topic, event, payload];
}

function leave(topic: string): unknown {
  return ['1', '3', topic, 'phx_leave', {}];
}
