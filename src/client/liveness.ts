/** Whether a worker is alive, as far as a restart would help: not whether its server is. */

import type { Clock } from '../clock.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { requireAtLeast, requireFields } from '../policy/requirements.js';
import { refuseOthers } from '../sockets/option-names.js';
import type { Sockets } from '../sockets/sockets.js';
import type { CallbackWatch } from './callback-watch.js';
import { LoopWatch } from './loop-watch.js';
import type { Mailbox } from './mailbox.js';
import type { WatchedClock } from './watched-clock.js';

export type LivenessPolicy = {
  /** How long the event loop may be blocked. Default 10 s: a heartbeat has been missed by then. */
  readonly loop?: Duration;
  /**
   * How long a callback may run while others wait for it, unless it waits for something of ours. Default 2 min: four times as
   * long as is reported as slow.
   */
  readonly mailbox?: Duration;
  /** How late a timer of ours may be while the event loop turns. Default 30 s: a busy process is late by less. */
  readonly deadline?: Duration;
};

/** `what` is a sentence for a person. */
export type Liveness =
  | { readonly alive: true }
  | {
      readonly alive: false;
      readonly why: 'blockedLoop' | 'stuckMailbox' | 'missedDeadline';
      readonly since: Date;
      readonly what: string;
    };

export type LivenessRule = { readonly [L in keyof LivenessPolicy]-?: number };

export const ALIVE: Liveness = { alive: true };

const DEFAULT = { loop: 10_000, mailbox: 120_000, deadline: 30_000 } as const;

/** Throws `PHX_BAD_OPTION`. */
export function livenessRule(policy: LivenessPolicy = {}): LivenessRule {
  requireFields('liveness', policy);
  refuseOthers('option liveness.', Object.keys(policy), Object.keys(DEFAULT));
  const of = (name: keyof LivenessPolicy) => {
    const ms = milliseconds(`liveness.${name}`, policy[name] ?? DEFAULT[name]);
    requireAtLeast(`liveness.${name}`, ms, 1);
    return ms;
  };
  return { loop: of('loop'), mailbox: of('mailbox'), deadline: of('deadline') };
}

/** What is looked at. */
export interface Vitals {
  readonly clock: WatchedClock;
  readonly sockets: Pick<Sockets, 'channels' | 'redialDue'>;
  readonly mailbox: Pick<Mailbox, 'waitingFor'>;
  readonly watch: Pick<CallbackWatch, 'running'>;
}

export class LivenessWatch {
  readonly #rule: LivenessRule;
  readonly #vitals: Vitals;
  readonly #loop: LoopWatch;
  #isOver = false;

  constructor(rule: LivenessRule, vitals: Vitals) {
    this.#rule = rule;
    this.#vitals = vitals;
    this.#loop = new LoopWatch(rule.loop);
  }

  /** What has stopped as it should is not dead. */
  verdict(): Liveness {
    if (this.#isOver) return ALIVE;
    this.#loop.start();
    return this.#loopVerdict() ?? this.#mailboxVerdict() ?? this.#deadlineVerdict() ?? ALIVE;
  }

  stop(): void {
    this.#isOver = true;
    this.#loop.stop();
  }

  #loopVerdict(): Liveness | null {
    const blocked = this.#loop.blockedFor;
    if (blocked === null) return null;
    const what = `the event loop was blocked for more than ${this.#rule.loop} ms`;
    return dead(this.#vitals.clock, 'blockedLoop', blocked, what);
  }

  /** Of one topic may be stuck while others move: each callback is judged by what waits for it. */
  #mailboxVerdict(): Liveness | null {
    const { mailbox, watch, clock } = this.#vitals;
    for (const { turn, begunAt, mayWait } of watch.running) {
      const ms = clock.monotonic() - begunAt;
      const waiting = ms < this.#rule.mailbox ? 0 : mailbox.waitingFor(turn);
      if (waiting === 0 || (mayWait && this.#isAnythingOpen)) continue;
      const what = `a callback has been running for ${Math.floor(ms)} ms, and ${waiting} turns wait for it`;
      return dead(clock, 'stuckMailbox', ms, what);
    }
    return null;
  }

  /** A callback that asked for something of ours waits for that, as long as there is anything to wait for: it has a deadline of its own. */
  get #isAnythingOpen(): boolean {
    const { channels } = this.#vitals.sockets;
    if (!channels.open.isSettled) return true;
    for (const { state } of channels.loads()) {
      if (state === 'joining' || state === 'leaving') return true;
    }
    return false;
  }

  /** Timers have had no chance when the loop is late, and a socket may miss the end of its back-off though no timer does. */
  #deadlineVerdict(): Liveness | null {
    if (this.#loop.isLate) return null;
    const { clock, sockets } = this.#vitals;
    const late = clock.monotonic() - Math.min(clock.earliestDue(), sockets.redialDue);
    return late < this.#rule.deadline ? null : overdue(clock, late);
  }
}

/** A timer of ours has not fired. */
export function overdue(clock: Clock, late: number): Liveness {
  const what = `what was to happen ${Math.floor(late)} ms ago has not`;
  return dead(clock, 'missedDeadline', late, what);
}

type Dead = Liveness & { readonly alive: false };

function dead(clock: Clock, why: Dead['why'], ms: number, what: string): Dead {
  return { alive: false, why, since: new Date(clock.now() - ms), what };
}
