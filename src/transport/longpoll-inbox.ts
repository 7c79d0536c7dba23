/** The way in of a long poll: the frames of an answer are handed on as the reads of a WebSocket would hand them on. */

import type { Clock } from '../clock.js';
import type { Frame } from '../protocol/serializer.js';

export type LongPollInboxOptions = {
  readonly clock: Clock;
  readonly deliver: (frame: Frame) => void;
  /** How many characters of frames may be kept when more is asked for. */
  readonly most: number;
};

/**
 * Characters handed on in one turn of the event loop: as much as Node reads from a connection at once. Frames of one
 * turn follow each other in one call, as those of one TCP segment do; whoever cannot keep up has its turn between.
 */
const RUN = 64 * 1024;

/**
 * Milliseconds without asking. Phoenix ends a session that was not asked for 15 s, and of those the GET before may have
 * waited 10: so one who pauses asks again after 4, and keeps what comes.
 */
const PATIENCE = 4000;

/** The first byte of a binary frame: its kind. Text begins with a bracket. */
const HIGHEST_KIND = 2;

export class LongPollInbox {
  readonly #options: LongPollInboxOptions;
  readonly #run = (): void => {
    this.#turn = null;
    this.#deliver(RUN);
  };
  #texts: string[] = [];
  #next = 0;
  #held = 0;
  #isPaused = false;
  #turn: NodeJS.Immediate | null = null;
  #timer: unknown = null;
  #ask: (() => void) | null = null;

  constructor(options: LongPollInboxOptions) {
    this.#options = options;
  }

  put(texts: readonly string[]): void {
    for (const text of texts) this.#held += text.length;
    this.#texts = [...this.#texts.slice(this.#next), ...texts];
    this.#next = 0;
    if (this.#turn === null) this.#deliver(RUN);
  }

  /**
   * Resolves when more may be asked for: all is handed on, or the server would soon take us for gone. `rest`: milliseconds that
   * pass in any case when nothing is held.
   */
  wanted(rest = 0): Promise<void> {
    if (this.#held === 0 && !this.#isPaused && rest === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#ask = resolve;
      this.#timer = this.#options.clock.setTimeout(() => {
        this.#timer = null;
        if (this.#held < this.#options.most) this.#goOn();
      }, rest || PATIENCE);
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#turn ??= setImmediate(this.#run);
  }

  /** Hands on all that has come. */
  flush(): void {
    this.#isPaused = false;
    this.#deliver(Infinity);
  }

  stop(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    [this.#turn, this.#timer, this.#ask] = [null, null, null];
    [this.#texts, this.#next, this.#held] = [[], 0, 0];
  }

  /** Whoever is handed a frame may pause or stop. */
  #deliver(most: number): void {
    let delivered = 0;
    while (!this.#isPaused && delivered < most) {
      const text = this.#texts[this.#next];
      if (text === undefined) break;
      this.#next += 1;
      this.#held -= text.length;
      delivered += text.length;
      this.#options.deliver(frameOf(text));
    }
    if (this.#isPaused) return;
    if (this.#next < this.#texts.length) this.#turn ??= setImmediate(this.#run);
    else this.#goOn();
  }

  #goOn(): void {
    const ask = this.#ask;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    [this.#ask, this.#timer] = [null, null];
    ask?.();
  }
}

/** Phoenix puts the bytes of a binary frame into the JSON as they are: those that are no UTF-8 never get here. */
function frameOf(text: string): Frame {
  return text.charCodeAt(0) <= HIGHEST_KIND ? Buffer.from(text, 'utf8') : text;
}
