/** The contracts that the type tests are about. */

export type Order = { readonly id: string; readonly total: number; readonly position: string };

export type Orders = {
  'orders:*': {
    join(params: { cursor: string | null }): { missed: readonly Order[] };
    pushes: {
      ack(payload: { id: string }): { acked: true };
      quote(payload: { id: string }): { price: number };
      note(payload: { text: string }): void;
    };
    events: { created: Order; cancelled: { id: string; position: string } };
  };
  system: { events: { maintenance: { at: string } } };
};

/** Two patterns that share an event. */
export type Shop = Orders & {
  'stock:*': {
    join(): { count: number };
    pushes: { count(): number; reserve(payload?: { sku: string }): boolean };
    events: { created: { sku: string } };
  };
};
