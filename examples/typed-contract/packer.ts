// A worker that packs every order of a warehouse.
import { GenSocketClient, type Joined, type Message, onTopic } from 'gen-socket-client';
import type { Order, Shop } from './contract.js';

export class Packer extends GenSocketClient<Shop> {
  override init() {
    this.join('orders:eu', { since: 0 });
  }

  override handleJoined(joined: Joined<Shop>) {
    // The topic tells the response.
    if (onTopic(joined, 'orders:*')) for (const order of joined.response.open) this.#pack(order);
  }

  override handleMessage(message: Message<Shop>) {
    // The event tells the payload.
    if (message.event === 'placed') this.#pack(message.payload);
  }

  #pack({ id, sku, count }: Order) {
    console.log('packs', count, sku);
    this.push('orders:eu', 'pack', { id });
  }
}
