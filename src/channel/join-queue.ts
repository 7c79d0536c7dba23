/** The channels of one socket that wait for their turn to join, and how many may be joining at once. */

/** Who waits: told when its turn has come, perhaps before `ask` returns. */
export interface Joiner {
  takeTurn(): void;
}

export class JoinQueue {
  readonly #concurrency: number;
  readonly #isOpen: () => boolean;
  readonly #waiting = new Set<Joiner>();
  readonly #joining = new Set<Joiner>();
  #granting = false;

  /** While it is not open nobody gets a turn: a socket that falls frees turns that no one can use. */
  constructor(concurrency: number | false, isOpen: () => boolean) {
    this.#concurrency = concurrency === false ? Infinity : concurrency;
    this.#isOpen = isOpen;
  }

  /** How many joins are in flight. */
  get inFlight(): number {
    return this.#joining.size;
  }

  /** Whether a turn can be claimed without overtaking anybody. */
  get isFree(): boolean {
    return this.#waiting.size === 0 && this.#mayGrant();
  }

  /** Takes a turn that is free. */
  claim(joiner: Joiner): void {
    this.#joining.add(joiner);
  }

  ask(joiner: Joiner): void {
    this.#waiting.add(joiner);
    this.#grant();
  }

  forgo(joiner: Joiner): void {
    this.#waiting.delete(joiner);
  }

  free(joiner: Joiner): void {
    if (this.#joining.delete(joiner)) this.#grant();
  }

  /** It is open again, though nobody has freed a turn. */
  reopened(): void {
    this.#grant();
  }

  /** A loop, because a join may be answered, and its turn freed, before `takeTurn` returns. */
  #grant(): void {
    if (this.#granting) return;
    this.#granting = true;
    for (const joiner of this.#waiting) {
      if (!this.#mayGrant()) break;
      this.#waiting.delete(joiner);
      this.#joining.add(joiner);
      joiner.takeTurn();
    }
    this.#granting = false;
  }

  #mayGrant(): boolean {
    return this.#joining.size < this.#concurrency && this.#isOpen();
  }
}
