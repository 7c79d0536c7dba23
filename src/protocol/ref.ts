/** Refs: strings of rising integers, one counter per client, never reset and never reused. */

/** A reused `join_ref` would let the late close of an earlier join end the present one. */
export class Refs {
  #last = 0;

  next(): string {
    this.#last += 1;
    return String(this.#last);
  }
}
