// A script and a worker that speak to a shop by its contract: what they may say, and what they hear, is typed.
import { connect } from 'gen-socket-client';
import { PhoenixDouble } from 'gen-socket-client/testing';
import type { Shop } from './contract.js';
import { Packer } from './packer.js';
import { shop } from './server.js';

await using server = await PhoenixDouble.start(shop);
await using packer = new Packer().start({ url: server.url });
await using socket = await connect<Shop>(server.url);

const orders = await socket.join('orders:eu', { since: 0 });
const { id, sku } = await orders.push('place', { sku: 'tea', count: 2 }).ok();
const packed = await orders.receive('packed', { id });
console.log('packed', packed.payload.id);

const stock = await socket.join('stock');
console.log('on sale:', stock.response.skus.join());
const { left } = await stock.push('count', { sku }).ok();
console.log('left:', left.toFixed());
console.log('low:', (await stock.receive('low')).payload.sku, packer.status.state);
