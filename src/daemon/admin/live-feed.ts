/** The readers of the page: each is given the newest view when it has taken the one before, and no more. */

/** The least time between two views to one reader, whatever changes. */
const PACE = 250;
/** How often a view comes when nothing changes. */
const INTERVAL = 1000;
/** A reader that takes nothing for so long is gone, or asleep; a page that wakes comes again by itself. */
const PATIENCE = 30_000;
const MAX_READERS = 16;

export type FeedTerms = {
  /** Yields whenever something has changed. */
  readonly changes: () => AsyncIterable<unknown>;
};

export class LiveFeed {
  readonly #changes: FeedTerms['changes'];
  readonly #readers = new Set<LiveReader>();
  #isOver = false;

  constructor({ changes }: FeedTerms) {
    this.#changes = changes;
  }

  /** The frames of `text`, as often as they are taken; null: there are too many readers. */
  open(text: () => string): ReadableStream<Uint8Array> | null {
    if (this.#isOver || this.#readers.size >= MAX_READERS) return null;
    const reader = new LiveReader(text, this.#changes(), () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader.stream;
  }

  get readers(): number {
    return this.#readers.size;
  }

  close(): void {
    this.#isOver = true;
    for (const reader of this.#readers) reader.end();
  }
}

class LiveReader {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #text: () => string;
  readonly #changes: AsyncIterator<unknown>;
  readonly #ended: () => void;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #isListening = false;
  #isStale = false;
  #timer: NodeJS.Timeout | null = null;
  /** Ends the pause that there is. */
  #wake: () => void = () => undefined;
  /** Whether a change may end it. */
  #isIdle = false;
  #patience: NodeJS.Timeout | null = null;
  #sentAt = -Infinity;
  #isOver = false;

  constructor(text: () => string, changes: AsyncIterable<unknown>, ended: () => void) {
    this.#text = text;
    this.#changes = changes[Symbol.asyncIterator]();
    this.#ended = ended;
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pull(),
        cancel: () => this.#finish(),
      },
      { highWaterMark: 0 },
    );
    this.#await();
  }

  end(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#controller?.close();
  }

  /** Called when the reader has taken all there was. */
  async #pull(): Promise<void> {
    if (this.#patience !== null) clearTimeout(this.#patience);
    if (this.#sentAt > 0) await this.#due();
    if (this.#isOver) return;
    this.#sentAt = performance.now();
    this.#controller?.enqueue(this.#encoder.encode(this.#frame()));
    this.#await();
  }

  /** A reader that cannot be told the truth is told nothing: it sees that the page is not live. */
  #frame(): string {
    try {
      return `data: ${this.#text()}\n\n`;
    } catch {
      return ': no snapshot\n\n';
    }
  }

  async #due(): Promise<void> {
    await this.#pause(PACE - (performance.now() - this.#sentAt));
    this.#listen();
    this.#isIdle = true;
    if (!this.#isOver && !this.#isStale) await this.#pause(INTERVAL - PACE);
    this.#isIdle = false;
    this.#isStale = false;
  }

  /** Asked for one at a time: to make a status of many channels is work. */
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    void this.#changes.next().then(
      ({ done }) => this.#changed(done === true),
      () => this.#changed(true),
    );
  }

  #changed(isLast: boolean): void {
    this.#isListening = isLast;
    this.#isStale = true;
    if (this.#isIdle) this.#wake();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        if (this.#timer !== null) clearTimeout(this.#timer);
        resolve();
      };
      this.#timer = setTimeout(resolve, Math.max(0, ms));
    });
  }

  #await(): void {
    this.#patience = setTimeout(() => this.end(), PATIENCE);
    this.#patience.unref();
  }

  #finish(): void {
    this.#isOver = true;
    this.#ended();
    this.#wake();
    if (this.#patience !== null) clearTimeout(this.#patience);
    void this.#changes.return?.().catch(() => undefined);
  }
}
