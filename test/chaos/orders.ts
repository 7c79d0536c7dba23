/** What the stage and its workers tell each other: the terms of a life, orders, and answers. */

export type Terms = {
  readonly worker: number;
  /** Counted from 1; the next one follows a kill or a restart. */
  readonly life: number;
  readonly url: string;
  /** Milliseconds between two pushes. */
  readonly beat: number;
  readonly seed: number;
  readonly topics: readonly string[];
  /** A file with the token of the moment. */
  readonly tokenPath: string;
  readonly journalPath: string;
  readonly storePath: string;
};

/** `settle`: push nothing new. `report`: say how it stands. `stop`: end. */
export type Order = { readonly order: 'settle' | 'report' | 'stop' };

/** How a worker stands. */
export type Standing = {
  /** Nothing waits, nothing is unanswered, no callback is due, and all topics are joined. */
  readonly isSettled: boolean;
  readonly unsettled: number;
  readonly outbox: number;
  readonly unanswered: number;
  /** Confirmed pushes that wait, sent or not. */
  readonly unconfirmed: number;
  readonly inbox: number;
  readonly sockets: number;
  readonly joined: readonly string[];
  /** Who is there, by topic, as this worker sees it. */
  readonly present: { readonly [topic: string]: readonly string[] };
  /** Bytes. */
  readonly heap: { readonly early: number; readonly now: number };
  /** Since it started. */
  readonly counts: { readonly [what: string]: number };
};
