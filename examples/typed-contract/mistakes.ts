// What the contract catches, and what the compiler says. `npm run check` fails if one of these compiles.
import { connect, GenSocketClient, type Message } from 'gen-socket-client';
import type { Shop } from './contract.js';

export class Wrong extends GenSocketClient<Shop> {
  override handleConnected() {
    // @ts-expect-error Argument of type '"order:eu"' is not assignable to parameter of type 'Topic<Shop>'.
    this.join('order:eu', { since: 0 });
    // @ts-expect-error Expected 2-3 arguments, but got 1.
    this.join('orders:eu');
    // @ts-expect-error Object literal may only specify known properties, and 'after' does not exist
    this.join('orders:eu', { after: 0 });
    // @ts-expect-error Type '{ since: string; }' is not assignable to type '{ since: number; }'.
    this.join('orders:eu', () => ({ since: 'yesterday' }));
    // @ts-expect-error Argument of type '"place"' is not assignable to parameter of type '"count"'.
    this.push('stock', 'place', { sku: 'tea', count: 2 });
    // @ts-expect-error Type 'string' is not assignable to type 'number'.
    this.push('orders:eu', 'place', { sku: 'tea', count: 'two' });
    // @ts-expect-error Argument of type '"placed"' is not assignable to parameter of type 'PushName<Shop, "orders:eu">'.
    this.push('orders:eu', 'placed', { id: 'o1', sku: 'tea', count: 2 });
    // @ts-expect-error 'timeout' does not exist in type '{ sku: string; count: number; }'.
    this.push('orders:eu', 'place', { timeout: '1s' });
  }

  override handleMessage(message: Message<Shop>) {
    // @ts-expect-error Property 'sku' does not exist on type '{ id: string; }'.
    console.log(message.payload.sku);
    // @ts-expect-error the types '"low" | "placed" | "packed"' and '"shipped"' have no overlap.
    if (message.event === 'shipped') this.stop();
  }

  // @ts-expect-error is not declared in the base class 'GenSocketClient<Shop>'. Did you mean 'handleReply'?
  override handleReplied() {}
}

export async function wrong() {
  const socket = await connect<Shop>('ws://localhost:4000/socket');
  const orders = await socket.join('orders:eu', { since: 0 });
  const order = await orders.push('place', { sku: 'tea', count: 2 }).ok();
  // @ts-expect-error Property 'price' does not exist on type 'Order'.
  console.log(order.price);
  // @ts-expect-error Argument of type '"low"' is not assignable to parameter of type '"placed" | "packed"'.
  await orders.receive('low');
  // @ts-expect-error 'sku' does not exist in type 'Match<{ id: string; }>'.
  await orders.receive('packed', { sku: 'tea' });
}
