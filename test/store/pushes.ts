/** Pushes to store, and what a store has of them. */

import type { OutboxStore, StoredPush } from 'gen-socket-client/store';

export function push(key: string, payload: unknown = { of: key }): StoredPush {
  return { key, topic: 'orders:1', event: 'ack', payload, expires: null };
}

/** Opens the store. */
export async function read(store: OutboxStore): Promise<readonly StoredPush[]> {
  const pushes: StoredPush[] = [];
  for await (const one of store.all()) pushes.push(one);
  return pushes;
}

/** What the next owner finds. */
export async function leftIn(store: OutboxStore): Promise<readonly StoredPush[]> {
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}
