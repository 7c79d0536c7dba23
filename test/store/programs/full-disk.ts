/** Fills a disk that takes no file of more than 128 KiB, and says what each put came to. */

import { renameSync, rmSync } from 'node:fs';
import { levelStore, type OutboxStore } from 'gen-socket-client/store';
import { say } from '../../support/say.js';
import { push } from '../pushes.js';

const path = process.argv[2] ?? '';
const store = levelStore(path);
const taken: string[] = [];
const refused: unknown[] = [];
const HUGE = 'x'.repeat(2 ** 20);
const SMALL = 'x'.repeat(4096);
/** More than there is room for. */
const SMALL_PUTS = 40;

await ask('first', 1);
await ask('too big', HUGE);
renameSync(path, `${path} elsewhere`);
await ask('on no disk', 2);
rmSync(path, { recursive: true });
renameSync(`${path} elsewhere`, path);
await ask('first', HUGE);
await ask('second', 2);
await Promise.all([ask('third', 3), store.delete('second')]);
await Promise.all([ask('with one too big', 4), ask('too big', HUGE), forget('third')]);
for (let count = 0; count < SMALL_PUTS; count += 1) await ask(`small ${count}`, SMALL);
await store.close();
say(JSON.stringify({ taken, refused }));

async function ask(key: string, payload: unknown): Promise<void> {
  await settled(key, store.put(push(key, payload)));
}

async function forget(key: string): Promise<void> {
  await store.delete(key).catch(() => undefined);
}

async function settled(key: string, done: ReturnType<OutboxStore['put']>): Promise<void> {
  try {
    await done;
    taken.push(key);
  } catch (error) {
    const { code, cause } = error as Error & { code?: unknown };
    refused.push([key, code, (cause as Error).message.replace(/^.*: /, '')]);
  }
}
