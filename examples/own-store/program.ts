// What a first client could not deliver the next one finds in the store, and delivers, by the same lines.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'gen-socket-client';
import { noReply, PhoenixDouble } from 'gen-socket-client/testing';
import { FileStore } from './file-store.js';

const folder = await mkdtemp(join(tmpdir(), 'own-store-'));
const path = join(folder, 'pushes.ndjson');

let isBusy = true;
const ship = (payload: unknown) => (isBusy ? noReply : { shipped: payload });
const server = await PhoenixDouble.start({ orders: { handle: { ship } } });

const confirmed = (id: number) => ({ delivery: 'confirmed', key: `ship:${id}` }) as const;

const first = await connect(server.url, { outbox: { store: new FileStore(path) } });
const orders = await first.join('orders');
for (const id of [1, 2]) {
  await orders.push('ship', { id }, confirmed(id)).queued();
  console.log('stored', `ship:${id}`);
}
const { payload } = await server.seen({ kind: 'received', event: 'ship' });
console.log('received, and not answered:', payload);
await first.disconnect();

isBusy = false;
const second = await connect(server.url, { outbox: { store: new FileStore(path) } });
for (const { key, state } of second.confirmed.list()) console.log(key, 'is', state);
const again = await second.join('orders');
// Under the key of a push that waits, this is that push.
for (const id of [1, 2]) console.log(await again.push('ship', { id }, confirmed(id)).ok());
await second.disconnect();

await server[Symbol.asyncDispose]();
await rm(folder, { recursive: true });
