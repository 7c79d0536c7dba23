/** Credentials that are asked for again while connected, because a join was refused for want of better ones. */

import { hasCode } from '../errors.js';
import { refusedFloor } from '../policy/reconnect.js';
import type { RefreshOutcome } from '../telemetry/facts.js';
import type { Credentials } from './credentials.js';
import { requireCredentials } from './option-forms.js';
import type { SocketHub } from './socket-hub.js';

/** What comes of it. */
type Outcomes = {
  /** Whether any connection was made with others. */
  given(credentials: Credentials): boolean;
  denied(error: unknown): void;
};

export class Refresh {
  readonly #hub: SocketHub;
  readonly #outcomes: Outcomes;
  /** Before then nobody is asked again: credentials refused twice are wrong until somebody changes them. */
  #restUntil = -Infinity;
  /** The request whose answer counts; any other answer comes too late. */
  #asking: AbortController | null = null;
  #timer: unknown = null;

  constructor(hub: SocketHub, outcomes: Outcomes) {
    this.#hub = hub;
    this.#outcomes = outcomes;
  }

  /** One request for all topics that are refused meanwhile. */
  ask(): void {
    const { clock, random, settings } = this.#hub;
    const { credentials, timeouts } = settings;
    const now = clock.monotonic();
    if (typeof credentials !== 'function' || this.#asking !== null || now < this.#restUntil) return;
    this.#restUntil = now + refusedFloor(random);
    const asking = new AbortController();
    this.#asking = asking;
    this.#timer = clock.setTimeout(() => {
      if (this.#end(asking)) this.#tell('late');
    }, timeouts.credentials);
    // Not in the middle of the transition that tells of the refusal.
    const answer = Promise.resolve().then(() =>
      credentials({ attempt: 1, refused: true, signal: asking.signal }),
    );
    answer.then(
      (given) => {
        if (this.#end(asking)) this.#take(given);
      },
      (error: unknown) => {
        if (this.#end(asking)) this.#failed(error);
      },
    );
  }

  /** What is asked for is of no use any more. */
  stop(): void {
    if (this.#asking !== null) this.#end(this.#asking);
  }

  /** Whether it was not over already. */
  #end(asking: AbortController): boolean {
    if (this.#asking !== asking) return false;
    this.#asking = null;
    this.#hub.clock.clearTimeout(this.#timer);
    asking.abort();
    return true;
  }

  #take(given: Credentials): void {
    try {
      requireCredentials(given);
      this.#tell(this.#outcomes.given(structuredClone(given)) ? 'changed' : 'unchanged');
    } catch {
      this.#tell('failed');
    }
  }

  /** Whatever else is wrong, the next dial will say so: the connection is there. */
  #failed(error: unknown): void {
    const isDenied = hasCode(error, 'PHX_UNAUTHORIZED');
    this.#tell(isDenied ? 'unauthorized' : 'failed');
    if (isDenied) this.#outcomes.denied(error);
  }

  #tell(outcome: RefreshOutcome): void {
    this.#hub.reporter.fact('credentials.refreshed', { outcome });
  }
}
