/** The join and the leave that somebody waits for: one of each at a time, shared by who asks meanwhile. */

import type { Clock } from '../clock.js';
import { JoinError, type PhoenixSocketError, WaitError } from '../errors.js';
import type { Pending } from './push-request.js';
import { type Outcome, Settlement } from './settlement.js';

/** A join that was asked for; it settles once, with the first join that is accepted or fails. */
export interface Join<R = unknown> extends Pending<R, JoinError> {
  readonly topic: string;
}
/** A leave that was asked for; it succeeds at once when the server need not be told. */
export interface Leave extends Pending<void, PhoenixSocketError> {
  readonly topic: string;
}

export class Requests {
  readonly #topic: string;
  readonly #clock: Clock;
  readonly #awaited: () => void;
  #join: TopicRequest<unknown, JoinError> | null = null;
  #leave: TopicRequest<void, PhoenixSocketError> | null = null;
  #deadline: unknown = null;

  /** `awaited` is called when somebody waits for an outcome. */
  constructor(topic: string, clock: Clock, awaited: () => void) {
    this.#topic = topic;
    this.#clock = clock;
    this.#awaited = awaited;
  }

  /**
   * Settles by `timeout` unless the join is written before: from then on the join's own clock runs. Null: it is about to be
   * written, or `joinWaits` follows.
   */
  join(timeout: number | null): Join {
    if (this.#join !== null) return this.#join;
    const join = new TopicRequest<unknown, JoinError>(this.#topic, this.#awaited);
    this.#join = join;
    if (timeout !== null) this.joinWaits(timeout);
    return join;
  }

  /** The join waits for a socket and a turn: from now on for at most `timeout`. */
  joinWaits(timeout: number): void {
    if (this.#join === null) return;
    this.#clock.clearTimeout(this.#deadline);
    this.#deadline = this.#clock.setTimeout(() => {
      const why = `join ${this.#topic}: not joined within ${timeout} ms`;
      this.failJoin(new JoinError('PHX_JOIN_TIMEOUT', why, this.#about));
    }, timeout);
  }

  alreadyJoined(response: unknown): Join {
    const request = new TopicRequest<unknown, JoinError>(this.#topic, this.#awaited);
    request.settle({ ok: true, response });
    return request;
  }

  leave(): Leave {
    this.#leave ??= new TopicRequest(this.#topic, this.#awaited);
    return this.#leave;
  }

  joinWritten(): void {
    this.#clock.clearTimeout(this.#deadline);
  }

  joined(response: unknown): void {
    this.#settleJoin({ ok: true, response });
  }

  failJoin(error: JoinError): void {
    this.#settleJoin({ ok: false, error });
  }

  loseJoin(why: string): void {
    if (this.#join === null) return;
    this.failJoin(new JoinError('PHX_JOIN_LOST', `join ${this.#topic}: ${why}`, this.#about));
  }

  left(inTime: boolean): void {
    this.#leave?.settle(
      inTime ? { ok: true, response: undefined } : { ok: false, error: late(this.#topic) },
    );
    this.#leave = null;
  }

  get #about(): { topic: string } {
    return { topic: this.#topic };
  }

  #settleJoin(outcome: Outcome<unknown, JoinError>): void {
    this.#clock.clearTimeout(this.#deadline);
    this.#join?.settle(outcome);
    this.#join = null;
  }
}

class TopicRequest<R, E extends PhoenixSocketError> implements Pending<R, E> {
  readonly topic: string;
  readonly #settlement = new Settlement<R, E>();
  readonly #awaited: () => void;

  constructor(topic: string, awaited: () => void) {
    this.topic = topic;
    this.#awaited = awaited;
  }

  ok(): Promise<R> {
    this.#awaited();
    return this.#settlement.ok();
  }

  outcome(): Promise<Outcome<R, E>> {
    this.#awaited();
    return this.#settlement.outcome();
  }

  settle(outcome: Outcome<R, E>): void {
    this.#settlement.settle(outcome);
  }
}

function late(topic: string): WaitError {
  return new WaitError(
    'PHX_LEAVE_TIMEOUT',
    `leave ${topic}: the server did not answer in time; the topic is no longer wanted`,
  );
}
