/** Runs a turn: calls back, waits for what is promised, and sees to what follows. */

import type { GapFact } from '../channel/facts.js';
import type { Pending } from '../channel/push-request.js';
import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { isThenable } from '../thenable.js';
import type { Call } from './calls.js';
import type { CallbackWatch } from './callback-watch.js';
import type { Greeting } from './greeting.js';
import type { Shed } from './inbox.js';
import type { Mailbox } from './mailbox.js';
import { runTurn, type Turn, type Worker } from './turn.js';

/** What becomes of a turn's end. */
export interface TurnOwner {
  readonly greeting: Greeting;
  readonly watch: CallbackWatch;
  readonly mailbox: Pick<Mailbox, 'tellGap'>;
  readonly clock: Clock;
  readonly reporter: Reporter;
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
  /** Turns that were run, which numbers them: several may run on at a time. */
  #count = 0;

  constructor(worker: Worker, owner: TurnOwner) {
    this.#worker = worker;
    this.#owner = owner;
  }

  /** Never throws, nor rejects. Makes no promise of its own for a turn that returns none. */
  run(turn: Turn): void | Promise<void> {
    this.#count += 1;
    const run = this.#count;
    this.#owner.watch.begin();
    this.#owner.greeting.begin(run, greetedBy(turn));
    try {
      const value = runTurn(this.#worker, turn, this.#tellGap);
      if (isThenable(value)) return this.#runOn(run, turn, value);
      this.#ended(run, turn, value);
    } catch (error) {
      this.#failed(run, turn, error);
    }
  }

  async #runOn(run: number, turn: Turn, promise: PromiseLike<unknown>): Promise<void> {
    this.#owner.watch.waits(run, turn);
    this.#owner.greeting.runsOn(greetedBy(turn));
    try {
      this.#ended(run, turn, await promise);
    } catch (error) {
      this.#failed(run, turn, error);
    }
  }

  #failed(run: number, turn: Turn, error: unknown): void {
    if (turn.callback === 'handleCall') this.#refuse(turn.call, error);
    else this.#owner.escaped(turn.callback, error);
    this.#ended(run, turn, undefined);
  }

  #ended(run: number, turn: Turn, value: unknown): void {
    this.#owner.watch.end(run, turn.callback);
    this.#owner.greeting.end(run, greetedBy(turn));
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

  readonly #tellGap = (shed: Shed): GapFact => {
    const { mailbox, clock, reporter } = this.#owner;
    const gap = mailbox.tellGap(shed, clock.now());
    reporter.fact('inbox.shed', { topic: gap.topic, dropped: gap.dropped ?? 0 });
    return gap;
  };
}

/** The topic whose join it handles. */
function greetedBy(turn: Turn): string | null {
  return turn.callback === 'handleJoined' ? turn.fact.topic : null;
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
