/** Runs a turn: calls back, waits for what is promised, and sees to what follows. */

import type { Pending } from '../channel/push-request.js';
import type { Clock } from '../clock.js';
import { isThenable } from '../thenable.js';
import type { Call } from './calls.js';
import { CallbackWatch } from './callback-watch.js';
import type { Greeting } from './greeting.js';
import { runTurn, type Turn, type Worker } from './turn.js';

/** What becomes of a turn's end. */
export interface TurnOwner {
  readonly greeting: Greeting;
  /** An error escaped that is nobody's but the worker's. */
  escaped(callback: string, cause: unknown): void;
  /** A call failed that nobody waits for any more. */
  unheard(cause: unknown): void;
  slow(callback: string, ms: number): void;
  /** It has ended, whether it returned or threw. */
  ran(turn: Turn, value: unknown): void;
}

export class TurnRunner {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #owner: TurnOwner;
  readonly #watch: CallbackWatch;

  constructor(worker: Worker, clock: Clock, owner: TurnOwner) {
    this.#worker = worker;
    this.#clock = clock;
    this.#owner = owner;
    this.#watch = new CallbackWatch(clock, (callback, ms) => {
      owner.slow(callback, ms);
    });
  }

  /** Never throws, nor rejects. Makes no promise of its own for a turn that returns none. */
  run(turn: Turn): void | Promise<void> {
    this.#owner.greeting.begin(turn.callback === 'handleJoined' ? turn.fact.topic : null);
    try {
      const value = runTurn(this.#worker, turn, this.#now);
      if (isThenable(value)) return this.#runOn(turn, value);
      this.#ended(turn, value);
    } catch (error) {
      this.#failed(turn, error);
    }
  }

  /** The client waits no more for the turn that runs. */
  abandon(): void {
    this.#watch.end();
  }

  async #runOn(turn: Turn, promise: PromiseLike<unknown>): Promise<void> {
    this.#watch.begin(turn.callback);
    try {
      const value = await promise;
      this.#watch.end();
      this.#ended(turn, value);
    } catch (error) {
      this.#watch.end();
      this.#failed(turn, error);
    }
  }

  #failed(turn: Turn, error: unknown): void {
    if (turn.callback === 'handleCall') this.#refuse(turn.call, error);
    else this.#owner.escaped(turn.callback, error);
    this.#ended(turn, undefined);
  }

  #ended(turn: Turn, value: unknown): void {
    this.#owner.greeting.end();
    if (turn.callback === 'handleCall') this.#answer(turn.call, value);
    this.#owner.ran(turn, value);
  }

  /** What settles later answers later: the mailbox does not wait for it. */
  #answer(call: Call, value: unknown): void {
    if (!isPending(value)) {
      call.succeed(value);
      return;
    }
    value.ok().then(
      (answer) => {
        call.succeed(answer);
      },
      (error: unknown) => {
        this.#refuse(call, error);
      },
    );
  }

  #refuse(call: Call, error: unknown): void {
    if (!call.fail(error)) this.#owner.unheard(error);
  }

  readonly #now = (): number => this.#clock.now();
}

function isPending(value: unknown): value is Pending<unknown> {
  return has(value, 'ok') && has(value, 'outcome');
}

function has(value: unknown, method: string): boolean {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
  );
}
