/** A worker of a few rooms that does what it is told, and notes what it is told. */

import {
  type ChannelClosed,
  type Connected,
  type Disconnected,
  GenSocketClient,
  type Joined,
  type JoinFailed,
  type Message,
  type Replied,
  type Result,
} from 'gen-socket-client';

/** What a test asks it to do. */
export type Order =
  | { readonly push: string; readonly event: string; readonly payload?: unknown }
  | { readonly join: string; readonly params?: unknown }
  | { readonly leave: string }
  | { readonly do: 'disconnect' | 'connect' | 'stop' };

export class RoomWorker extends GenSocketClient {
  readonly told: unknown[][] = [];
  readonly #topics: readonly string[];

  constructor(...topics: readonly string[]) {
    super();
    this.#topics = topics;
  }

  override init() {
    for (const topic of this.#topics)
      this.join(topic, { since: 7, who: { name: 'robin', age: 3 } });
  }

  override handleConnected({ attempt }: Connected) {
    this.told.push(['connected', attempt]);
  }

  override handleDisconnected({ close, retryIn }: Disconnected) {
    this.told.push(['disconnected', close.status ?? close.code, close.reason, retryIn]);
  }

  override handleJoined({ topic, response }: Joined) {
    this.told.push(['joined', topic, response]);
  }

  override handleJoinError({ topic, error, retryIn }: JoinFailed) {
    this.told.push(['not joined', topic, error.code, retryIn]);
  }

  override handleChannelClosed({ topic, cause, retryIn }: ChannelClosed) {
    this.told.push(['closed', topic, cause, retryIn]);
  }

  override handleMessage({ topic, event, payload }: Message): Result {
    this.told.push(['message', topic, event, payload]);
  }

  override handleReply({ event, status, response }: Replied) {
    this.told.push(['reply', event, status, response]);
  }

  override handleInfo(order: Order) {
    if ('push' in order) this.push(order.push, order.event, order.payload ?? {});
    else if ('join' in order) this.join(order.join, order.params);
    else if ('leave' in order) this.leave(order.leave);
    else this[order.do]();
  }
}
