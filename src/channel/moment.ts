/** A moment that several may wait for: who asks is told when it comes next. */

export class Moment {
  #next: Promise<void> | null = null;
  #tell: () => void = () => undefined;

  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#tell = resolve;
    });
    return this.#next;
  }

  come(): void {
    this.#tell();
    this.#next = null;
  }
}
