// A production worker: every order is stored, then acknowledged, and none is missed. What it must know after a restart is in its store.
import {
  type ChannelClosed,
  type Gap,
  GenSocketClient,
  type Joined,
  type Message,
  type PushFailed,
} from 'gen-socket-client';
import type { Order, Shop, Store } from './contract.js';

export class OrdersWorker extends GenSocketClient<Shop> {
  readonly #store: Store;
  readonly #topic = 'orders:eu';
  #cursor = 0;

  constructor(store: Store) {
    super();
    this.#store = store;
  }

  override async init() {
    this.#cursor = await this.#store.cursor();
    this.join(this.#topic, () => ({ cursor: this.#cursor }));
  }

  override async handleJoined({ response }: Joined<Shop>) {
    for (const order of response.missed) await this.#take(order);
  }

  // An error of the store escapes, and crashes the worker: the next one begins at the cursor of the store.
  override async handleMessage({ payload }: Message<Shop>) {
    await this.#take(payload);
  }

  override handleGap({ topic }: Gap<Shop>) {
    this.rejoin(topic);
  }

  override handlePushError({ event, error }: PushFailed<Shop>) {
    console.log(event, error.code, 'delivered:', error.delivered);
  }

  override handleChannelClosed({ topic, cause, retryIn }: ChannelClosed<Shop>) {
    if (retryIn === null && cause !== 'left') this.stop(`${topic} ${cause} for good`);
  }

  // Answers when the reply comes, and holds nothing up meanwhile.
  override handleCall(request: { quote: string }) {
    return this.push(this.#topic, 'quote', { id: request.quote });
  }

  async #take(order: Order) {
    if (order.position <= this.#cursor) return; // known
    await this.#store.save(order);
    // Only when the acknowledgement would outlive this process may the cursor pass its order.
    const options = { delivery: 'confirmed', key: `ack:${order.id}` } as const;
    await this.push(this.#topic, 'ack', { id: order.id }, options).queued();
    await this.#store.moveTo(order.position);
    this.#cursor = order.position;
    console.log('stored', order.id);
  }
}
