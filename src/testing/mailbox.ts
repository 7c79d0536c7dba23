/** The mailbox of a process: turns are taken one at a time, in order, and a turn that takes time holds the rest. */

/** Returns a promise when it takes time. */
export type Turn = () => unknown;

export class Mailbox {
  readonly #turns: Turn[] = [];
  readonly #failed: (error: unknown) => void;
  #working = false;

  /** `failed` is told what a turn threw. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Takes the turn at once if none is under way. */
  post(turn: Turn): void {
    this.#turns.push(turn);
    if (!this.#working) void this.#work();
  }

  clear(): void {
    this.#turns.length = 0;
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      const held = this.#take(turn);
      if (held !== undefined) await held;
    }
    this.#working = false;
  }

  #take(turn: Turn): Promise<unknown> | undefined {
    try {
      const held = turn();
      return held instanceof Promise ? held.catch(this.#failed) : undefined;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }
}
