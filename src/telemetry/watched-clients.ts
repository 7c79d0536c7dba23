/** The gauges of several clients as one: those of clients that run, and the totals of clients that have stopped. */

import type { Gauges } from './gauges.js';
import { type Total, TOTALS } from './metric-table.js';

export class WatchedClients {
  readonly #running = new Set<Gauges>();
  /** A client that is gone must not take what it counted with it: a total that falls looks like a restart. */
  readonly #past = Object.fromEntries(TOTALS.map(({ total }) => [total, 0])) as {
    [T in Total]: number;
  };

  /** Returns how to let go of them. */
  add(gauges: Gauges): () => void {
    this.#running.add(gauges);
    return () => {
      if (!this.#running.delete(gauges)) return;
      for (const { total } of TOTALS) this.#past[total] += gauges[total];
    };
  }

  get size(): number {
    return this.#running.size;
  }

  total(total: Total): number {
    return this.#past[total] + this.sum((gauges) => gauges[total]);
  }

  sum(read: (gauges: Gauges) => number): number {
    let sum = 0;
    for (const gauges of this.#running) sum += read(gauges);
    return sum;
  }

  /** The states' names, each with how many are in it. */
  sumOfEach<Name extends string>(
    names: readonly Name[],
    read: (gauges: Gauges) => { readonly [N in Name]: number },
  ): readonly (readonly [Name, number])[] {
    const counts = [...this.#running].map(read);
    return names.map((name) => [name, counts.reduce((sum, count) => sum + count[name], 0)]);
  }
}
