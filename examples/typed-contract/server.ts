// The shop itself: a double, because this example has no Phoenix.
import type { ChannelTable, ServerChannel } from 'gen-socket-client/testing';
import type { Order } from './contract.js';

const FEW = 1;

const stock = new Map([['tea', 3]]);
const open = new Map<string, Order>();

function place(payload: unknown, channel: ServerChannel) {
  const { sku, count } = payload as { sku: string; count: number };
  const order = { id: `o${open.size + 1}`, sku, count };
  open.set(order.id, order);
  stock.set(sku, (stock.get(sku) ?? 0) - count);
  channel.broadcast('placed', order);
  return order;
}

function pack(payload: unknown, channel: ServerChannel) {
  open.delete((payload as { id: string }).id);
  channel.broadcast('packed', payload);
}

function count(payload: unknown, channel: ServerChannel) {
  const { sku } = payload as { sku: string };
  const left = stock.get(sku) ?? 0;
  if (left <= FEW) channel.broadcast('low', { sku, left });
  return { left };
}

export const shop: ChannelTable = {
  'orders:*': { join: () => ({ open: [...open.values()] }), handle: { place, pack } },
  stock: { join: () => ({ skus: [...stock.keys()] }), handle: { count } },
};
