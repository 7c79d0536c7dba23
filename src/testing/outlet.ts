/** The way out of one socket: frames leave in order, as the faults of the moment let them. */

import type { Frame } from '../protocol/serializer.js';
import type { FaultState } from './faults.js';

type Waiting = { readonly frame: Frame; readonly due: number };

/** Milliseconds that a frame waits for the one that is to overtake it. */
const PAIRING = 100;

export class Outlet {
  readonly #faults: () => FaultState;
  readonly #write: (frame: Frame) => void;
  readonly #line: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The first of a pair. */
  #overtaken: Frame | null = null;
  #pairing: NodeJS.Timeout | undefined;

  constructor(faults: () => FaultState, write: (frame: Frame) => void) {
    this.#faults = faults;
    this.#write = write;
  }

  send(event: string, frame: Frame): void {
    const { dropped, reordered } = this.#faults();
    if (dropped === 'all' || dropped.has(event)) return;
    if (reordered && this.#overtaken === null) {
      this.#overtaken = frame;
      this.#pairing = setTimeout(() => this.#letFirstGo(), PAIRING);
      return;
    }
    this.#queue(frame);
    this.#letFirstGo();
  }

  /** The faults have changed. */
  adjust(): void {
    if (!this.#faults().reordered) this.#letFirstGo();
    this.#flush();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pairing);
    this.#overtaken = null;
    this.#line.length = 0;
  }

  #letFirstGo(): void {
    clearTimeout(this.#pairing);
    const frame = this.#overtaken;
    this.#overtaken = null;
    if (frame !== null) this.#queue(frame);
  }

  #queue(frame: Frame): void {
    const { copies, delay } = this.#faults();
    for (let copy = 0; copy < copies; copy += 1) {
      this.#line.push({ frame, due: performance.now() + delay });
    }
    this.#flush();
  }

  /** Lets go of what is due; what comes after an undue frame waits with it. */
  #flush(): void {
    clearTimeout(this.#timer);
    if (this.#faults().frozen) return;
    let next = this.#line[0];
    for (; next !== undefined && next.due <= performance.now(); next = this.#line[0]) {
      this.#line.shift();
      this.#write(next.frame);
    }
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#flush(), Math.ceil(next.due - performance.now()));
  }
}
