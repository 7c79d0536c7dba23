// The worker under test: stores every order once, and acknowledges it.
import { GenSocketClient, type Joined, type Message, onTopic } from 'gen-socket-client';

export type Order = { readonly id: string; readonly position: number };

export type Shop = {
  'orders:*': {
    join(params: { since: number }): { missed: readonly Order[] };
    pushes: {
      ack(payload: { id: string }): { acked: true };
      quote(payload: { id: string }): { price: number };
    };
    events: { created: Order };
  };
};

export class OrdersWorker extends GenSocketClient<Shop> {
  readonly #save: (order: Order) => Promise<void>;
  #position = 0;

  constructor(save: (order: Order) => Promise<void>) {
    super();
    this.#save = save;
  }

  override init() {
    this.join('orders:eu', () => ({ since: this.#position }));
  }

  override async handleJoined(joined: Joined<Shop>) {
    if (!onTopic(joined, 'orders:*')) return;
    for (const order of joined.response.missed) await this.#take(order);
  }

  override handleMessage({ payload }: Message<Shop>) {
    return this.#take(payload);
  }

  override handleCall(request: { quote: string }) {
    return this.push('orders:eu', 'quote', { id: request.quote });
  }

  async #take(order: Order) {
    await this.#save(order);
    this.#position = order.position;
    this.push('orders:eu', 'ack', { id: order.id });
  }
}
