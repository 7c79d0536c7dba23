/** Lets attempts in: so many at once, one to find out whether the application is back, none while it is known to be away. */

type Waiter = { readonly attempt: number; readonly enter: (admitted: boolean) => void };

/** `probe`: one request at a time. */
export type Admission = 'open' | 'probe' | 'shut';

export class Turnstile {
  readonly #places: number;
  readonly #admission: () => Admission;
  readonly #waiting: Waiter[] = [];
  #fresh = 0;
  #inside = 0;
  #isClosed = false;

  /** `admission` is asked each time; say by `turn` that it may have changed. */
  constructor(places: number, admission: () => Admission) {
    this.#places = places;
    this.#admission = admission;
  }

  get inside(): number {
    return this.#inside;
  }

  /**
   * Whether an event that was never tried may come. One of those may always wait, so that not only what has failed already can
   * find out whether the application is back.
   */
  get hasRoom(): boolean {
    return (
      !this.#isClosed && (this.#fresh === 0 || this.#inside + this.#waiting.length < this.#places)
    );
  }

  /** Resolves with false when it is closed. Whoever was let in must `leave`. */
  enter(attempt: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#isClosed) {
        resolve(false);
        return;
      }
      this.#waiting.push({ attempt, enter: resolve });
      if (attempt === 1) this.#fresh += 1;
      this.turn();
    });
  }

  leave(): void {
    this.#inside -= 1;
    this.turn();
  }

  /** Lets in whoever may. */
  turn(): void {
    for (let next = this.#next(); next !== null; next = this.#next()) {
      this.#inside += 1;
      if (next.attempt === 1) this.#fresh -= 1;
      next.enter(true);
    }
  }

  /** Those who wait are sent away. */
  close(): void {
    this.#isClosed = true;
    for (const { enter } of this.#waiting.splice(0)) enter(false);
  }

  #next(): Waiter | null {
    if (this.#waiting.length === 0) return null;
    switch (this.#admission()) {
      case 'shut':
        return null;
      case 'probe':
        return this.#inside > 0 ? null : this.#leastTried();
      case 'open':
        return this.#inside < this.#places ? (this.#waiting.shift() ?? null) : null;
    }
  }

  #leastTried(): Waiter | null {
    const least = Math.min(...this.#waiting.map(({ attempt }) => attempt));
    const at = this.#waiting.findIndex(({ attempt }) => attempt === least);
    return this.#waiting.splice(at, 1)[0] ?? null;
  }
}
