/** The inbox: one bounded log of events, with a cursor for each who reads it. */

import type { InboxEvent, NewEvent } from './event.js';

export type CursorTerms = {
  /** Which events it reads. */
  readonly wants: (event: InboxEvent) => boolean;
  /** `perTopic`: the next of a topic when the last is done; `none`: in the order of the log, without waiting. */
  readonly order: 'perTopic' | 'none';
  /** Where it begins that has never been: at the end (the default), at the first event kept, or behind a position. */
  readonly from?: 'end' | 'start' | number;
  /** Whether its place outlives the process, where the log does. */
  readonly lasting: boolean;
};

export interface EventLog {
  /** Of this log: what comes before the positions in the ids. */
  readonly epoch: string;
  /** The newest position that can be read. */
  readonly head: number;
  /** The oldest. */
  readonly tail: number;
  readonly status: LogStatus;
  /**
   * The event can be read once it is safe: at once in memory, after its sync on disk. Returns a promise when so much waits
   * to be written that the one who reads the socket had better wait. Never throws: a log that cannot write any more says so by `failed`.
   */
  append(event: NewEvent): void | Promise<void>;
  /** Resolves with the error when the disk has failed for good. */
  readonly failed: Promise<Error>;
  /** The events kept after a position, at most `max`. */
  read(after: number, max: number): readonly InboxEvent[];
  /** Null: the id is of another log, or of no event yet. One that is not kept any more has its position all the same. */
  positionOf(id: string): number | null;
  /**
   * Unix milliseconds: when an earlier process with this log last heard of the topic. Null: none did, or it was asked for already,
   * because what was missed since then is told once.
   */
  lastHeard(topic: string): number | null;
  /** Opens a reader, where it was if it is lasting. Throws when one of that name is open. */
  cursor(name: string, terms: CursorTerms): Cursor;
  /** The names of lasting cursors that it knows, open or not: of a log on disk those, too, that nobody may ask for any more. */
  readonly places: readonly string[];
  /** Closes the cursor of that name, and keeps its place no longer. */
  forget(name: string): void;
  /** Settles what waits to be written, and closes the disk. */
  close(): Promise<void>;
}

/**
 * The place of one reader. What it has taken and not done is in flight; what it has not taken when the log's limit passes it is lost
 * to it alone, and a `gap` of each topic that lost something comes in the place of that.
 */
export interface Cursor {
  readonly name: string;
  readonly status: CursorStatus;
  /** The next event, which is then in flight; null: there is none now. */
  next(): InboxEvent | null;
  /** Resolves when `next` may have something; rejects with the signal's reason. */
  ready(signal: AbortSignal): Promise<void>;
  /** Never to be read again. In any order. */
  done(event: InboxEvent): void;
  /** Not in flight any more, and the next of its topic. */
  back(event: InboxEvent): void;
  /** What is done is written. */
  saved(): Promise<void>;
  close(): void;
}

export type LogStatus = {
  readonly kept: number;
  readonly bytes: number;
  readonly appended: number;
  /** Waiting for the disk. */
  readonly unwritten: number;
};

export type CursorStatus = {
  /** Neither taken nor done. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Lost to it, in all. */
  readonly dropped: number;
  /** Unix milliseconds of the oldest that is not done; null: all are. */
  readonly oldest: number | null;
};
