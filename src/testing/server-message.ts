/** What a server hears and says, one value for each kind of message. */

/** Refs are echoed with the JSON type they came in, so they are not only strings here. */
export type ClientMessage = {
  readonly joinRef: unknown;
  readonly ref: unknown;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
};

export type ServerMessage =
  | {
      readonly kind: 'push';
      readonly joinRef: unknown;
      /** Null but for `phx_close` and `phx_error`, which carry the join_ref here as well. */
      readonly ref: unknown;
      readonly topic: string;
      readonly event: string;
      readonly payload: unknown;
    }
  | {
      readonly kind: 'reply';
      /** Of the message that is answered; no frame has it. */
      readonly event: string;
      readonly joinRef: unknown;
      readonly ref: unknown;
      readonly topic: string;
      readonly status: string;
      readonly response: unknown;
    }
  | {
      readonly kind: 'broadcast';
      readonly topic: string;
      readonly event: string;
      readonly payload: unknown;
    };
