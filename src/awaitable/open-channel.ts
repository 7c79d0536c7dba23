/** A channel as scripts hold it: what may be asked, and nothing else. */

import type { ChannelStatus } from '../channel/channel.js';
import type { MessageFact } from '../channel/facts.js';
import type { Presence } from '../channel/presence.js';
import type { Push } from '../channel/push-request.js';
import type { PushOptions } from '../sockets/topic-commands.js';
import type { Channel } from './channel.js';
import type { ChannelCore } from './channel-core.js';

export class OpenChannel implements Channel {
  readonly #core: ChannelCore;

  constructor(core: ChannelCore) {
    this.#core = core;
  }

  get topic(): string {
    return this.#core.topic;
  }

  get response(): unknown {
    return this.#core.response;
  }

  get status(): ChannelStatus {
    return this.#core.status;
  }

  get presence(): Presence {
    return this.#core.presence;
  }

  get dropped(): number {
    return this.#core.inbox.dropped;
  }

  changes(): AsyncIterableIterator<ChannelStatus, undefined> {
    return this.#core.changes();
  }

  push(event: string, payload?: unknown, options?: PushOptions): Push<never> {
    return this.#core.push(event, payload, options) as Push<never>;
  }

  receive(...given: readonly unknown[]): Promise<never> {
    return this.#core.inbox.receive(...given);
  }

  messages(event?: string): AsyncIterableIterator<never, undefined> {
    return this.#core.inbox.messages(event);
  }

  flush(): readonly MessageFact[] {
    return this.#core.inbox.flush();
  }

  leave(): Promise<void> {
    return this.#core.leave();
  }

  /** What a logger is to show of it: nothing of what the server or the script said. */
  toJSON(): { readonly topic: string } & Pick<ChannelStatus, 'state' | 'since'> {
    const { state, since } = this.status;
    return { topic: this.topic, state, since };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return { channel: this.toJSON() };
  }
}
