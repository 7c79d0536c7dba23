/** Runs a turn: calls back, waits for what is promised, and sees to what follows. */

import type { GapFact } from '../channel/facts.js';
import type { Pending } from '../channel/push-request.js';
import { isThenable } from '../thenable.js';
import type { Call } from './calls.js';
import type { CallbackWatch } from './callback-watch.js';
import type { Greeting } from './greeting.js';
import type { Shed } from './inbox.js';
import { runTurn, type Turn, type Worker } from './turn.js';

/** What becomes of a turn's end. */
export interface TurnOwner {
  readonly greeting: Greeting;
  readonly watch: CallbackWatch;
  /** What was shed of a topic until now. */
  tellGap(shed: Shed): GapFact;
  /** An error escaped that is nobody's but the worker's. */
  escaped(callback: string, cause: unknown): void;
  /** A call failed that nobody waits for any more. */
  unheard(cause: unknown): void;
  /** It has ended, whether it returned or threw. */
  ran(turn: Turn, value: unknown): void;
}

export class TurnRunner {
  readonly #worker: Worker;
  readonly #owner: TurnOwner;

  constructor(worker: Worker, owner: TurnOwner) {
    this.#worker = worker;
    this.#owner = owner;
  }

  /** Never throws, nor rejects. Makes no promise of its own for a turn that returns none. */
  run(turn: Turn): void | Promise<void> {
    this.#owner.watch.begin();
    this.#owner.greeting.begin(turn.callback === 'handleJoined' ? turn.fact.topic : null);
    try {
      const value = runTurn(this.#worker, turn, this.#tellGap);
      if (isThenable(value)) return this.#runOn(turn, value);
      this.#ended(turn, value);
    } catch (error) {
      this.#failed(turn, error);
    }
  }

  async #runOn(turn: Turn, promise: PromiseLike<unknown>): Promise<void> {
    this.#owner.watch.waits(turn.callback);
    this.#owner.greeting.runsOn();
    try {
      this.#ended(turn, await promise);
    } catch (error) {
      this.#failed(turn, error);
    }
  }

  #failed(turn: Turn, error: unknown): void {
    if (turn.callback === 'handleCall') this.#refuse(turn.call, error);
    else this.#owner.escaped(turn.callback, error);
    this.#ended(turn, undefined);
  }

  #ended(turn: Turn, value: unknown): void {
    this.#owner.watch.end(turn.callback);
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
    okOf(value).then(
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

  readonly #tellGap = (shed: Shed): GapFact => this.#owner.tellGap(shed);
}

/** A pending answer of the worker's own making may throw. */
async function okOf(value: Pending<unknown>): Promise<unknown> {
  return value.ok();
}

function isPending(value: unknown): value is Pending<unknown> {
  return has(value, 'ok') && has(value, 'outcome');
}

function has(value: unknown, method: string): boolean {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
  );
}
