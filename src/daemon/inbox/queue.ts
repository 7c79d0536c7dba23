/** A queue whose front is cheap to take from, however long it is. */

/** Taken places are given up together, when they are half of all. */
const WORTH_IT = 64;

export class Queue<T extends object | number> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  at(index: number): T | undefined {
    return this.#items[this.#start + index];
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#start];
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start >= WORTH_IT && this.#start * 2 >= this.#items.length) {
      this.#items.splice(0, this.#start);
      this.#start = 0;
    }
    return item;
  }

  slice(from: number, to: number): readonly T[] {
    return this.#items.slice(this.#start + from, this.#start + to) as T[];
  }
}
