/** The workers' processes: started, killed, restarted, asked how they stand, and none left behind. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { levelStore } from 'gen-socket-client/store';
import { readJournal } from './journal.js';
import type { Order, Standing, Terms } from './orders.js';
import type { ChaosModel } from './model.js';

const PROGRAM = fileURLToPath(new URL('life.js', import.meta.url));
/** Milliseconds for an answer, and for an end: a worker's own limits are shorter. */
const PATIENCE = 20_000;

export type CrewTerms = Pick<Terms, 'url' | 'seed' | 'topics' | 'beat' | 'tokenPath'> & {
  /** Where each writes its journal and keeps its store. */
  readonly folder: string;
};

export class Crew {
  readonly #terms: CrewTerms;
  readonly #mates = new Map<number, { child: ChildProcess; life: number }>();
  /** Ends that nobody had asked for. */
  readonly accidents: string[] = [];
  readonly #expected = new WeakSet<ChildProcess>();

  constructor(terms: CrewTerms) {
    this.#terms = terms;
  }

  get workers(): readonly number[] {
    return [...this.#mates.keys()];
  }

  /** The next life of that worker, unless one lives: of two faults that ended the same life one begins the next. */
  start(worker: number): void {
    if (this.#isAlive(worker)) return;
    const life = (this.#mates.get(worker)?.life ?? 0) + 1;
    const { folder, ...rest } = this.#terms;
    const terms: Terms = {
      ...rest,
      worker,
      life,
      journalPath: this.#journalOf(worker),
      storePath: this.#storeOf(worker),
    };
    // Its standard output would be the report's.
    const child = fork(PROGRAM, [JSON.stringify(terms)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('exit', (code, signal) => {
      if (this.#expected.has(child)) return;
      this.accidents.push(`worker ${worker}, life ${life} ended with ${code ?? signal ?? '?'}`);
    });
    this.#mates.set(worker, { child, life });
  }

  async kill(worker: number): Promise<void> {
    await this.#end(worker, (child) => child.kill('SIGKILL'));
  }

  /** It drains first. */
  async terminate(worker: number): Promise<void> {
    await this.#end(worker, (child) => child.kill('SIGTERM'));
  }

  settle(): void {
    for (const worker of this.workers) this.#tell(worker, { order: 'settle' });
  }

  /** Null: it does not answer. */
  async standing(worker: number): Promise<Standing | null> {
    const child = this.#childOf(worker);
    if (child.exitCode !== null || !child.connected) return null;
    try {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
      this.#tell(worker, { order: 'report' });
      const [standing] = (await answer) as [Standing];
      return standing;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.workers.map((worker) => this.#end(worker, () => this.#tell(worker, { order: 'stop' }))),
    );
  }

  /** At once, whatever they do: for an end in the middle. */
  abandon(): void {
    for (const { child } of this.#mates.values()) {
      this.#expected.add(child);
      child.kill('SIGKILL');
    }
  }

  /** What all lives of all workers have written down. */
  tell(model: ChaosModel): void {
    for (const worker of this.workers) {
      for (const [life, fact] of readJournal(this.#journalOf(worker), worker)) {
        model.told(life, fact);
      }
    }
  }

  /** What each store has, or why it cannot be read, when no worker runs any more. */
  async stores(): Promise<ReadonlyMap<number, readonly string[] | string>> {
    const left = new Map<number, readonly string[] | string>();
    for (const worker of this.workers) left.set(worker, await keysIn(this.#storeOf(worker)));
    return left;
  }

  async #end(worker: number, how: (child: ChildProcess) => void): Promise<void> {
    if (!this.#isAlive(worker)) return;
    const child = this.#childOf(worker);
    this.#expected.add(child);
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
    how(child);
    try {
      await exited;
    } catch {
      child.kill('SIGKILL');
      this.accidents.push(`worker ${worker} did not end within ${PATIENCE} ms`);
    }
  }

  #isAlive(worker: number): boolean {
    const child = this.#mates.get(worker)?.child;
    return child?.exitCode === null && child.signalCode === null;
  }

  #tell(worker: number, order: Order): void {
    const child = this.#childOf(worker);
    if (child.connected) child.send(order);
  }

  #childOf(worker: number): ChildProcess {
    const mate = this.#mates.get(worker);
    if (mate === undefined) throw new Error(`there is no worker ${worker}`);
    return mate.child;
  }

  #storeOf(worker: number): string {
    return join(this.#terms.folder, `store-${worker}`);
  }

  #journalOf(worker: number): string {
    return join(this.#terms.folder, `worker-${worker}.journal`);
  }
}

async function keysIn(path: string): Promise<readonly string[] | string> {
  const store = levelStore(path);
  try {
    const keys: string[] = [];
    for await (const { key } of store.all()) keys.push(key);
    return keys;
  } catch (error) {
    return String(error);
  } finally {
    await store.close();
  }
}
