/** A transport as users write it, whose unwritten bytes the test decides. */

import type { Connection, Transport, TransportSink } from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';

/** It answers joins, and keeps as many bytes of each message unwritten as the test says. */
export class OwnTransport implements Transport {
  readonly name = 'own';
  readonly sent: string[] = [];
  bufferedAmount = 0;
  readonly #kept: (event: string) => number;

  constructor(kept: (event: string) => number) {
    this.#kept = kept;
  }

  dial(_: unknown, sink: TransportSink): Connection {
    queueMicrotask(() => {
      sink.opened();
    });
    const end = (): void => {
      sink.closed(lost('requested', 'closed'));
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

  #take(frame: string, sink: TransportSink): void {
    const [joinRef, ref, topic, event = ''] = JSON.parse(frame) as string[];
    this.sent.push(event);
    this.bufferedAmount += this.#kept(event);
    const reply = [joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }];
    if (event === 'phx_join') sink.frame(JSON.stringify(reply));
  }
}
