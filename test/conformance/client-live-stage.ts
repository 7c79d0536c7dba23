/** Plays nothing by itself: a server does, and this listens in on the client's own transport. */

import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock.js';
import type { Close } from '../../src/protocol/close.js';
import { transportsOf, type TransportName } from '../../src/sockets/transports.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import type {
  Connection,
  DialRequest,
  Transport,
  TransportSink,
} from '../../src/transport/transport.js';
import { NO_CLOSE_FRAME } from './client-plan.js';
import type { Stage } from './client-stage.js';

type CloseFrame = { readonly code: number; readonly reason: string };

export class LiveStage implements Stage {
  readonly transport: Transport;
  readonly #url: (mount: string) => string;
  readonly #dials = new Arrivals<DialRequest>();
  readonly #written = new Arrivals<Frame>();
  readonly #unread: Frame[] = [];
  readonly #waiting = new Set<() => void>();
  #opened = false;
  #close: Close | null = null;
  #heard = 0;
  #due = 0;
  #settled = 0;
  #goodbye: CloseFrame | null = null;

  /** `url` says where a recorded mount is found. */
  constructor(url: (mount: string) => string, name: TransportName) {
    this.#url = url;
    const options = {
      transports: [name],
      websocket: { deflate: true },
      longpoll: {},
      timeouts: { connect: 10_000 },
    } as const;
    const [transport] = transportsOf(options, systemClock);
    if (transport === undefined) throw new Error('a list of one makes one');
    this.transport = {
      name,
      dial: (request, sink) => {
        this.#dials.put(request);
        return this.#overhear(transport.dial(request, this.#listener(sink)));
      },
    };
  }

  get unread(): readonly Frame[] {
    return this.#unread;
  }

  urlOf(mount: string): string {
    return this.#url(mount);
  }

  dialed(): Promise<DialRequest> {
    return this.#dials.next();
  }

  open(): Promise<void> {
    return this.#until(() => this.#opened);
  }

  refuse(): Promise<void> {
    return this.#until(() => this.#close !== null);
  }

  async written(): Promise<Frame> {
    const frame = await this.#written.next();
    this.#unread.shift();
    return frame;
  }

  /** It beats by itself. */
  beat(): void {}

  hear(): void {
    this.#due += 1;
  }

  /** Of what it heard a worker is told in the same turn. */
  async settled(): Promise<void> {
    if (this.#settled === this.#due) return;
    await this.#until(() => this.#heard >= this.#due);
    await turn();
    this.#settled = this.#due;
  }

  end(): Promise<void> {
    return this.#until(() => this.#close !== null);
  }

  async hungUp(): Promise<CloseFrame> {
    await this.#until(() => this.#close !== null);
    return this.#goodbye ?? { code: NO_CLOSE_FRAME, reason: '' };
  }

  #listener(sink: TransportSink): TransportSink {
    return {
      opened: () => {
        sink.opened();
        this.#opened = true;
        this.#wake();
      },
      frame: (frame) => {
        sink.frame(frame);
        this.#heard += 1;
        this.#wake();
      },
      closed: (close) => {
        sink.closed(close);
        this.#close = close;
        this.#wake();
      },
    };
  }

  #overhear(connection: Connection): Connection {
    return {
      get bufferedAmount() {
        return connection.bufferedAmount;
      },
      send: (frame) => {
        this.#unread.push(frame);
        this.#written.put(frame);
        connection.send(frame);
      },
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      close: (code, reason) => {
        this.#goodbye = { code, reason };
        connection.close(code, reason);
      },
      terminate: () => connection.terminate(),
    };
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #until(fact: () => boolean): Promise<void> {
    while (!fact()) {
      if (this.#close !== null) throw new Error(`ended too soon: ${JSON.stringify(this.#close)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}
