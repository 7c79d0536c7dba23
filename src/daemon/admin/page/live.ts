/** The stream of views, opened again by itself for ever; whoever listens is told when it falls silent. */

import type { LiveView } from '../live-view.js';

/** Longer than the stream is ever silent while the daemon is well. */
const SILENCE = 4000;
const RETRY = 1000;

export type LiveSink = {
  readonly view: (view: LiveView) => void;
  /** Called again and again while there is nothing. */
  readonly silent: () => void;
};

export class Live {
  readonly #sink: LiveSink;
  #source: EventSource | null = null;
  #filter = '';
  #heardAt = Date.now();
  #retryAt = Infinity;

  constructor(sink: LiveSink) {
    this.#sink = sink;
  }

  open(): void {
    this.#dial();
    setInterval(() => this.#look(), RETRY);
  }

  /** A part of the topics that are to be listed. */
  filter(text: string): void {
    this.#filter = text;
    this.#dial();
  }

  #dial(): void {
    this.#source?.close();
    this.#retryAt = Infinity;
    const source = new EventSource(`live?topic=${encodeURIComponent(this.#filter)}`);
    this.#source = source;
    source.onmessage = ({ data }) => this.#heard(String(data));
    source.onerror = () => {
      // A browser tries again after a loss, but not after an answer that it does not like.
      if (source.readyState === EventSource.CLOSED) this.#retryAt = Date.now() + RETRY;
    };
  }

  #heard(data: string): void {
    this.#heardAt = Date.now();
    this.#sink.view(JSON.parse(data) as LiveView);
  }

  #look(): void {
    if (Date.now() >= this.#retryAt) this.#dial();
    if (Date.now() - this.#heardAt > SILENCE) this.#sink.silent();
  }
}
