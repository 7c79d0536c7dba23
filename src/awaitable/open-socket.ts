/** A socket as scripts hold it: what may be asked, and nothing else. */

import { type ConfirmedPushes, ConfirmedView } from '../channel/confirmed-pushes.js';
import type { MessageFact } from '../channel/facts.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { ClientStatus, StopReason } from '../sockets/client-status.js';
import type { DrainOptions, DrainReport } from '../sockets/drain-terms.js';
import type { Transition } from '../sockets/timeline.js';
import type { JoinOptions } from '../sockets/topic-commands.js';
import type { Socket } from './socket.js';
import type { SocketCore } from './socket-core.js';

export class OpenSocket implements Socket {
  readonly #core: SocketCore;

  constructor(core: SocketCore) {
    this.#core = core;
  }

  get status(): ClientStatus {
    return this.#core.status;
  }

  get closed(): Promise<StopReason> {
    return this.#core.closed;
  }

  get dropped(): number {
    return this.#core.inbox.dropped;
  }

  get confirmed(): ConfirmedPushes {
    return new ConfirmedView(this.#core.sockets.channels.confirmed);
  }

  changes(): AsyncIterableIterator<ClientStatus, undefined> {
    return this.#core.changes();
  }

  timeline(): readonly Transition[] {
    return this.#core.timeline();
  }

  async join(topic: string, params?: unknown, options?: JoinOptions): Promise<never> {
    const { handle } = await this.#core.join(topic, params, options);
    return handle as never;
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

  connect(endpoint?: Endpoint): void {
    this.#core.connect(endpoint);
  }

  disconnect(): Promise<void> {
    return this.#core.disconnect();
  }

  drain(options?: DrainOptions): Promise<DrainReport> {
    return this.#core.drain(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  /** What a logger is to show of it: not what it was opened with. */
  toJSON(): { readonly state: ClientStatus['state']; readonly since: Date } {
    const { state, since } = this.status;
    return { state, since };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return { socket: this.toJSON(), topics: this.#core.topics };
  }
}
