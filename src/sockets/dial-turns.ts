/** One dial at a time: the sockets of a client that wait for theirs. */

type Waiter = { readonly given: () => void };

export class DialTurns {
  readonly #waiters = new Set<Waiter>();
  #holder: Waiter | null = null;
  #isWithheld = false;

  /** `given` is called once, perhaps at once. The answer gives the turn, or the wait for it, back; twice is harmless. */
  take(given: () => void): () => void {
    const waiter = { given };
    this.#waiters.add(waiter);
    this.#giveNext();
    return () => {
      this.#release(waiter);
    };
  }

  /** Gives no turn while sockets are hung up one by one; whoever still waits afterwards gets theirs. */
  withhold(hangUp: () => void): void {
    this.#isWithheld = true;
    try {
      hangUp();
    } finally {
      this.#isWithheld = false;
      this.#giveNext();
    }
  }

  #release(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#holder !== waiter) return;
    this.#holder = null;
    this.#giveNext();
  }

  #giveNext(): void {
    if (this.#isWithheld || this.#holder !== null) return;
    const [next] = this.#waiters;
    if (next === undefined) return;
    this.#waiters.delete(next);
    this.#holder = next;
    next.given();
  }
}
