/** The heartbeats that a socket has sent and that nobody has answered: a late answer to any of them is one, too. */

export class Heartbeats {
  readonly #sentAt = new Map<string, number>();
  #framesSince = 0;

  /** Whether anything arrived since the newest was sent. */
  get othersCame(): boolean {
    return this.#framesSince > 0;
  }

  frameCame(): void {
    this.#framesSince += 1;
  }

  sent(ref: string, at: number): void {
    this.#sentAt.set(ref, at);
    this.#framesSince = 0;
  }

  /** When the one with this ref was sent; undefined: it is no answer to one of these. */
  answered(ref: string | null): number | undefined {
    const sentAt = this.#sentAt.get(ref ?? '');
    if (sentAt !== undefined) this.#sentAt.clear();
    return sentAt;
  }

  forget(): void {
    this.#sentAt.clear();
  }
}
