/** The turns of a worker: one at a time, in order, each awaited if it returns a promise. */

export class Mailbox<T> {
  readonly #run: (turn: T) => void | Promise<void>;
  #queue: T[] = [];
  #next = 0;
  #state: 'idle' | 'running' | 'closed' = 'idle';
  #current: Promise<void> | null = null;

  /** `run` must not throw, nor reject. */
  constructor(run: (turn: T) => void | Promise<void>) {
    this.#run = run;
  }

  /**
   * Turns run in a microtask of their own, never inside the call that posts them: a callback must not see
   * the middle of a transition.
   */
  post(turn: T): void {
    if (this.#state === 'closed') return;
    this.#queue.push(turn);
    if (this.#state === 'running') return;
    this.#state = 'running';
    queueMicrotask(this.#drain);
  }

  /** Takes no more turns and forgets those that wait; resolves when the one that runs has ended. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#queue = [];
    this.#next = 0;
    // A turn that closes its own mailbox has not yet returned its promise.
    await Promise.resolve();
    await this.#current;
  }

  /** A loop, so that turns that return nothing cost no promise. */
  readonly #drain = (): void => {
    this.#current = null;
    while (this.#next < this.#queue.length) {
      const turn = this.#take();
      const running = this.#run(turn);
      if (running === undefined) continue;
      this.#current = running;
      void running.then(this.#drain);
      return;
    }
    this.#queue.length = 0;
    this.#next = 0;
    if (this.#state === 'running') this.#state = 'idle';
  };

  #take(): T {
    const turn = this.#queue[this.#next] as T;
    this.#next += 1;
    this.#compact();
    return turn;
  }

  /** Lets go of turns that have run, now and then: a queue that is never empty must not grow. */
  #compact(): void {
    if (this.#next < COMPACT_AFTER || this.#next * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
  }
}

const COMPACT_AFTER = 1024;
