/** What a worker writes down: one line each, written before anything else is done, so that no kill can take it. */

import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Life, WorkerFact } from './story.js';

type Line = { readonly life: number; readonly fact: WorkerFact };

export class Journal {
  readonly #file: number;
  readonly #life: number;

  constructor(path: string, life: number) {
    this.#file = openSync(path, 'a');
    this.#life = life;
  }

  write(fact: WorkerFact): void {
    writeSync(this.#file, `${JSON.stringify({ life: this.#life, fact } satisfies Line)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** All lives of a worker, the first one first. */
export function* readJournal(path: string, worker: number): Generator<[Life, WorkerFact]> {
  if (!existsSync(path)) return;
  for (const text of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { life, fact } = JSON.parse(text) as Line;
    yield [{ worker, life }, fact];
  }
}
