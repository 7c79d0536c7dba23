/** What has happened on the sockets, as the application is told it. */

/**
 * `message`: the server said something; `presence`: who is there has changed; `gap`: something may have been missed; `state`: a
 * socket or a channel changed its state. Deliveries take the first three, streams all.
 */
export type EventKind = 'message' | 'presence' | 'gap' | 'state';

export type NewEvent = {
  readonly kind: EventKind;
  /** Null: it concerns all of them. */
  readonly topic: string | null;
  /** Of a message, the server's word; else the kind. */
  readonly event: string;
  /** JSON, or bytes. */
  readonly payload: unknown;
  /** Unix milliseconds. */
  readonly time: number;
  /** The names of the deliveries that its channel routes it to; `*`, those of streams and pulls, is always among them. */
  readonly routes: readonly string[];
};

export type InboxEvent = NewEvent & {
  /** `<epoch>-<position>`: the same however often it is delivered. */
  readonly id: string;
  /** In the log: 1, 2, 3… */
  readonly position: number;
  /** Of its topic, consecutive as long as the log lives. */
  readonly seq: number;
  /** Whether it is the first of its topic after a gap. */
  readonly afterGap: boolean;
};

/** The payload of a `gap`: the library's gap, or what a delivery that lagged has lost. */
export type GapPayload = {
  readonly cause: 'disconnected' | 'overflow';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Null: nobody knows. */
  readonly dropped: number | null;
};
