/** A queue that keeps what arrives until somebody asks for it, so that nobody can come too late. */

export class Arrivals<T extends object | string | boolean> {
  readonly #waiting: T[] = [];
  readonly #takers: ((item: T) => void)[] = [];

  /** How many have arrived and were not taken. */
  get pending(): number {
    return this.#waiting.length;
  }

  next(): Promise<T> {
    const item = this.#waiting.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  put(item: T): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting.push(item);
    else taker(item);
  }
}
