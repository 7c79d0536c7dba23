// What the shop's server says, and what the worker keeps.
export type Order = { readonly id: string; readonly total: number; readonly position: number };

export type Shop = {
  'orders:*': {
    join(params: { cursor: number }): { missed: readonly Order[] };
    pushes: {
      ack(payload: { id: string }): { acked: true };
      quote(payload: { id: string }): { price: number };
    };
    events: { created: Order };
  };
};

export interface Store {
  cursor(): Promise<number>;
  /** May be told of an order again. */
  save(order: Order): Promise<void>;
  moveTo(cursor: number): Promise<void>;
}
