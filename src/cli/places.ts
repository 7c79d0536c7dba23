/** So many places, for work that goes on beside the one who gives it. */

export class Places {
  #free: number;
  #tell: () => void = () => undefined;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves when there is a free one. For one who waits at a time. */
  async free(): Promise<void> {
    if (this.#free > 0) return;
    await new Promise<void>((resolve) => {
      this.#tell = resolve;
    });
  }

  /** Takes one until the work is done. */
  async take(work: Promise<void>): Promise<void> {
    this.#free -= 1;
    try {
      await work;
    } finally {
      this.#free += 1;
      this.#tell();
    }
  }
}
