// What the channels of a small shop say. Both sides of a team can read it, and the compiler holds a client to it.

export type Order = { readonly id: string; readonly sku: string; readonly count: number };

export type Shop = {
  /** One for each warehouse. */
  'orders:*': {
    join(params: { since: number }): { open: readonly Order[] };
    pushes: {
      place(payload: { sku: string; count: number }): Order;
      pack(payload: { id: string }): void;
    };
    events: { placed: Order; packed: { id: string } };
  };
  stock: {
    join(): { skus: readonly string[] };
    pushes: { count(payload: { sku: string }): { left: number } };
    events: { low: { sku: string; left: number } };
  };
};
