/** Where a log puts what is to outlive the process. */

import type { InboxEvent } from './event.js';

/** Something whose last state is to be known after a restart. */
export interface Noted {
  readonly key: string;
  /** Null: it is no more. */
  readonly text: string | null;
}

/** Of an event that is safe, and the bytes that it takes. */
export type Admit = (event: InboxEvent, size: number) => void;

export interface Journal {
  /** Waiting to be safe. */
  readonly unwritten: number;
  readonly failed: Promise<Error>;
  /** Admits it once it is safe. A promise: the writer had better wait. Never throws. */
  write(event: InboxEvent, admit: Admit): void | Promise<void>;
  /** The log does not keep it any more, and these from here on. */
  dropped(position: number, tail: number): void;
  /** Dropped, but a lasting cursor has it in flight: it stays for now. */
  held(position: number, tail: number): void;
  changed(noted: Noted): void;
  saved(): Promise<void>;
  close(): Promise<void>;
}
