/** A transport as users write it, whose unwritten bytes the test decides. */

import type { Connection, Transport, TransportSink } from '../../src/index.js';
import { type Close, lost } from '../../src/protocol/close.js';

/** It answers joins, and keeps as many bytes of each message unwritten as the test says. */
export class OwnTransport implements Transport {
  readonly name = 'own';
  readonly sent: string[] = [];
  bufferedAmount = 0;
  readonly #kept: (event: string) => number;
  #sink: TransportSink | null = null;

  constructor(kept: (event: string) => number) {
    this.#kept = kept;
  }

  dial(_: unknown, sink: TransportSink): Connection {
    this.#sink = sink;
    this.bufferedAmount = 0;
    queueMicrotask(() => {
      if (this.#sink === sink) sink.opened();
    });
    const end = (): void => {
      this.#end(sink, lost('requested', 'closed'));
    };
    const unwritten = (): number => this.bufferedAmount;
    return {
      get bufferedAmount() {
        return unwritten();
      },
      send: (frame) => {
        this.#take(String(frame), sink);
      },
      pause: () => undefined,
      resume: () => undefined,
      close: end,
      terminate: end,
    };
  }

  /** The newest connection falls, if it has not. */
  cut(): void {
    if (this.#sink !== null) this.#end(this.#sink, lost('network', 'cut'));
  }

  #end(sink: TransportSink, close: Close): void {
    if (this.#sink !== sink) return;
    this.#sink = null;
    sink.closed(close);
  }

  #take(frame: string, sink: TransportSink): void {
    const [joinRef, ref, topic, event = ''] = JSON.parse(frame) as string[];
    this.sent.push(event);
    this.bufferedAmount += this.#kept(event);
    const reply = [joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }];
    if (event === 'phx_join') sink.frame(JSON.stringify(reply));
  }
}
