/** One dial at a time: the sockets of a client that wait for theirs. */

type Waiter = { readonly given: () => void };

export class DialTurns {
  readonly #waiters = new Set<Waiter>();
  #holder: Waiter | null = null;

  /** `given` is called once, perhaps at once. The answer gives the turn, or the wait for it, back; twice is harmless. */
  take(given: () => void): () => void {
    const waiter = { given };
    this.#waiters.add(waiter);
    this.#giveNext();
    return () => {
      this.#release(waiter);
    };
  }

  #release(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#holder !== waiter) return;
    this.#holder = null;
    this.#giveNext();
  }

  #giveNext(): void {
    if (this.#holder !== null) return;
    const [next] = this.#waiters;
    if (next === undefined) return;
    this.#waiters.delete(next);
    this.#holder = next;
    next.given();
  }
}
