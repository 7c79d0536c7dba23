// What a first life of a process could not deliver, the second one finds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from './file-store.js';

const folder = await mkdtemp(join(tmpdir(), 'own-store-'));
const path = join(folder, 'pushes.ndjson');

const first = new FileStore(path);
for (const key of ['order 1', 'order 2', 'order 3']) {
  await first.put({ key, topic: 'orders', event: 'ack', payload: { key }, expires: null });
  console.log(`stored ${key}`);
}
await first.delete('order 2');
console.log('order 2 was answered');
await first.close();

const second = new FileStore(path);
for await (const { key } of second.all()) console.log(`waiting: ${key}`);
await second.close();
await rm(folder, { recursive: true });
