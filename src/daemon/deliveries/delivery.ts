/** One way to the application: reads the inbox by a cursor of its own, and says how it does. */

export interface Delivery {
  readonly name: string;
  readonly status: DeliveryStatus;
  start(): void;
  pause(): void;
  resume(): void;
  /** Takes nothing new; what is in flight ends, or is given back when the signal aborts, or that of any other stop. Nothing becomes a dead letter by it. */
  stop(signal: AbortSignal): Promise<void>;
}

export type DeliveryStatus = {
  readonly name: string;
  readonly kind: 'webhook' | 'stdout' | 'file';
  readonly state: 'running' | 'paused' | 'waitingForApp' | 'stopped';
  /** Null: it has none. */
  readonly breaker: 'closed' | 'open' | 'halfOpen' | null;
  readonly waiting: number;
  readonly inFlight: number;
  /** Events, in all. */
  readonly delivered: number;
  readonly retried: number;
  /** By the application's `DROP`. */
  readonly dropped: number;
  readonly deadLetters: number;
  /** Pushes in answers of the application that can never be sent. */
  readonly pushesRefused: number;
  /** Lost to it because it lagged. */
  readonly overflowed: number;
  /** Unix milliseconds of the oldest event that is not done; null: all are. */
  readonly oldest: number | null;
  readonly lastError: { readonly at: number; readonly what: string } | null;
  /** Unix milliseconds; null: nothing waits for a time. */
  readonly nextTryAt: number | null;
};
