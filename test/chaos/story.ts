/** What workers and the server say happened: all that the model judges by. */

export type ChaosDelivery = 'volatile' | 'buffered' | 'confirmed';

/** How a push ended: replied to, whatever the status; never sent; or sent without an answer. */
export type ChaosFate = 'replied' | 'no' | 'unknown';

/** One process of a worker, which may have several, one after the other. */
export type Life = { readonly worker: number; readonly life: number };

/** What a worker writes down, in the order in which it happened, each before anything else is done. */
export type WorkerFact =
  | { readonly kind: 'started' }
  /** About to be pushed. `awaited`: its outcome is asked for, and else callbacks tell it, or nothing does. */
  | {
      readonly kind: 'pushed';
      readonly id: string;
      readonly topic: string;
      readonly delivery: ChaosDelivery;
      readonly awaited: boolean;
    }
  /** `queued()` has resolved. */
  | { readonly kind: 'accepted'; readonly id: string }
  /** Left in the store, for the next life. */
  | { readonly kind: 'persisted'; readonly id: string }
  | { readonly kind: 'settled'; readonly id: string; readonly fate: ChaosFate }
  /** What no worker should ever have to say: an error of a callback, an unhandled rejection, a stop that nobody asked for. */
  | { readonly kind: 'complained'; readonly about: string }
  /** It has stopped as it was told to, and this is what was left of it. */
  | { readonly kind: 'stopped'; readonly leaks: readonly string[] };

/** One message that reached a channel of the server. */
export type Arrival = {
  readonly worker: number;
  /** Of which life it was sent. */
  readonly life: number;
  readonly topic: string;
  readonly id: string;
  /** Of which membership: only within one are buffered pushes in order. */
  readonly member: number;
};
