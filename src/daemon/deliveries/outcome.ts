/** What came of one attempt to deliver an event. */

import type { PushOrder } from '../pushes/push-desk.js';

/**
 * Who is to blame for a failure: `nobodyThere` concerns every event; `application` may; `event` was judged by an application that
 * is well.
 */
export type Blame = 'nobodyThere' | 'application' | 'event';

/** What an application has answered wrong: of each kind one is told. */
export type Mistake = { readonly kind: 'json' | 'status' | 'push'; readonly what: string };

export type Failure = {
  readonly kind: 'retry';
  /** For a person; holds no secret, for it is logged and shown. */
  readonly what: string;
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Milliseconds that the application wants to be left alone. */
  readonly after: number;
  readonly blame: Blame;
  /** Null: it meant what it said. */
  readonly mistake: Mistake | null;
};

export type Refusal = {
  /** `gone`: it wants no event at all any more. */
  readonly kind: 'drop' | 'deadLetter' | 'gone';
  readonly what: string;
  readonly status: number;
};

export type Outcome =
  /** What the application wants pushed is not accepted yet. */
  | {
      readonly kind: 'success';
      readonly pushes: readonly PushOrder[];
      readonly mistake: Mistake | null;
    }
  | Failure
  | Refusal
  /** By the stop of the delivery: nobody knows what the application did with it. */
  | { readonly kind: 'aborted' };

export function failure(what: string, blame: Blame): Failure {
  return { kind: 'retry', what, status: null, after: 0, blame, mistake: null };
}
