/** Where pushes come in, whoever makes them: the API, an answer to a webhook, a replay. */

/** What the API's body and a webhook's answer say alike. */
export type PushOrder = {
  readonly topic: string;
  readonly event: string;
  /** JSON, or bytes. Default `{}`. */
  readonly payload?: unknown;
  readonly delivery?: 'volatile' | 'buffered' | 'confirmed';
  /** From sent to reply. */
  readonly timeout?: number | string;
  readonly ttl?: number | string;
};

export interface PushDesk {
  /**
   * Takes an order that is not to be lost: resolves when the outbox holds it (the store, if there is one). Of two with the same key the
   * second is the first, whatever it says. Rejects with a library error: `PHX_BAD_OPTION` or `PHX_ENCODING` when it can never be sent,
   * as to a topic that nobody has joined.
   */
  accept(order: PushOrder, key: string): Promise<void>;
}
