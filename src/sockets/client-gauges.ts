/** A client's gauges: counts what stands now when it is asked, and not before. */

import type { Channels } from '../channel/channels.js';
import type { Gauges } from '../telemetry/gauges.js';
import type { SocketsListener } from './listener.js';
import type { Socket } from './socket.js';
import type { Traffic } from './traffic.js';

export class ClientGauges implements Gauges {
  readonly #sockets: readonly Pick<Socket, 'state'>[];
  readonly #channels: Pick<Channels, 'confirmed' | 'load' | 'loads' | 'staleCount'>;
  readonly #listener: Pick<SocketsListener, 'inbox'>;
  readonly #traffic: Traffic;

  constructor(
    sockets: readonly Pick<Socket, 'state'>[],
    channels: Pick<Channels, 'confirmed' | 'load' | 'loads' | 'staleCount'>,
    listener: Pick<SocketsListener, 'inbox'>,
    traffic: Traffic,
  ) {
    this.#sockets = sockets;
    this.#channels = channels;
    this.#listener = listener;
    this.#traffic = traffic;
  }

  get framesReceived(): number {
    return this.#traffic.framesReceived;
  }

  get framesSent(): number {
    return this.#traffic.framesSent;
  }

  get bytesReceived(): number {
    return this.#traffic.bytesReceived;
  }

  get bytesSent(): number {
    return this.#traffic.bytesSent;
  }

  get stale(): number {
    return this.#channels.staleCount;
  }

  get shed(): number {
    return this.#listener.inbox?.shed ?? 0;
  }

  get inbox(): number {
    return this.#listener.inbox?.depth ?? 0;
  }

  get sockets(): Gauges['sockets'] {
    const count = {
      disconnected: 0,
      connecting: 0,
      connected: 0,
      backingOff: 0,
      unauthorized: 0,
    };
    for (const { state } of this.#sockets) count[state] += 1;
    return count;
  }

  get channels(): Gauges['channels'] {
    const count = { closed: 0, joining: 0, joined: 0, errored: 0, leaving: 0 };
    for (const { state } of this.#channels.loads()) count[state] += 1;
    return count;
  }

  get outbox(): Gauges['outbox'] {
    const { messages, bytes } = this.#channels.load;
    return { messages, bytes };
  }

  get confirmed(): Gauges['confirmed'] {
    const { confirmed } = this.#channels;
    const orphans = [...confirmed.orphans().values()];
    return { pushes: confirmed.length, orphaned: orphans.reduce((sum, count) => sum + count, 0) };
  }

  get unanswered(): number {
    return this.#channels.load.unanswered;
  }
}
