// Every order is stored, then acknowledged, and none is missed: what the worker was not there for, the next join brings.
import {
  type ChannelClosed,
  type Gap,
  GenSocketClient,
  type Joined,
  type Message,
  onTopic,
  type PushFailed,
  type StopReason,
} from 'gen-socket-client';

export type Order = { readonly id: string; readonly total: number; readonly position: number };

/** What the server's channels say: a mistake in a topic, an event or a payload does not compile. */
type Shop = {
  'orders:*': {
    join(params: { since: number }): { missed: readonly Order[] };
    pushes: {
      ack(payload: { id: string }): { acked: true };
      quote(payload: { id: string }): { price: number };
    };
    events: { created: Order; cancelled: { id: string; position: number } };
  };
  system: { events: { maintenance: { seconds: number } } };
};

export interface Store {
  save(order: Order): Promise<void>;
  /** Slow: somebody's bank is asked. */
  refund(id: string, signal: AbortSignal): Promise<void>;
}

export class OrdersWorker extends GenSocketClient<Shop> {
  readonly #store: Store;
  #cursor = 0;
  #unacked = 0;

  constructor(store: Store) {
    super();
    this.#store = store;
  }

  override init() {
    // A function: asked before every join, so that each one carries the cursor of its time.
    this.join('orders:eu', () => ({ since: this.#cursor }));
    this.join('system');
    this.every('1s', () => {
      if (this.#unacked > 0) console.log('not acknowledged:', this.#unacked);
    });
  }

  override async handleJoined(joined: Joined<Shop>) {
    if (!onTopic(joined, 'orders:*')) return;
    if (joined.gap) console.log('away since', joined.gap.from.toISOString());
    for (const order of joined.response.missed) await this.#take(order);
  }

  override async handleMessage(message: Message<Shop>) {
    switch (message.event) {
      case 'created':
        await this.#take(message.payload);
        break;
      case 'cancelled':
        this.#cancel(message.payload);
        break;
      case 'maintenance':
        this.disconnect(); // the topics stay wanted
        this.after(message.payload.seconds * 1000, () => {
          this.connect();
        });
    }
  }

  // Too slow, and messages were shed. A rejoin forgets those behind the gap, too, so the cursor never passes it.
  override handleGap({ topic, dropped }: Gap<Shop>) {
    console.log('shed:', dropped);
    this.rejoin(topic);
  }

  // Nobody awaits an `ack`, so one that was never sent is told here.
  override handlePushError({ event, error }: PushFailed<Shop>) {
    this.#unacked += 1;
    console.log(event, error.code, 'delivered:', error.delivered);
  }

  override handleChannelClosed({ topic, cause, retryIn }: ChannelClosed<Shop>) {
    if (retryIn === null && cause !== 'left') this.stop(`${topic} ${cause} for good`);
  }

  // Answers when the reply comes, and holds nothing up meanwhile.
  override handleCall(request: { quote: string }) {
    return this.push('orders:eu', 'quote', { id: request.quote });
  }

  override terminate({ kind }: StopReason) {
    console.log('terminate:', kind, 'at position', this.#cursor);
  }

  async #take(order: Order) {
    if (order.position <= this.#cursor) return; // known
    await this.#store.save(order);
    this.#cursor = order.position;
    this.push('orders:eu', 'ack', { id: order.id }, { ttl: '5m' });
  }

  #cancel({ id, position }: { id: string; position: number }) {
    if (position <= this.#cursor) return;
    this.#cursor = position;
    // Beside the mailbox: the next message need not wait for the bank, but a drain does.
    this.defer((signal) => this.#store.refund(id, signal));
  }
}

const orders = new Map<string, Order>();
const store: Store = {
  save: (order) => Promise.resolve(void orders.set(order.id, order)),
  refund: (id) => Promise.resolve(void orders.delete(id)),
};

export const client = new OrdersWorker(store).start({
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
});

process.once('SIGTERM', () => {
  void client.drain({ grace: '10s' }).then((report) => {
    console.log('drained:', report);
  });
});
