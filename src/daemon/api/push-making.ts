/** From an order to a push, and how far it is waited for. */

import { problem } from '../listeners/problem.js';
import { type Desk, KeyReused, type Made } from '../pushes/desk.js';
import type { PushOrder } from '../pushes/push-desk.js';
import type { PushRecord } from '../pushes/push-record.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import type { Wait } from './push-schema.js';
import { settledWithin } from './waiting.js';

export type PushParts = { readonly sidecar: Sidecar; readonly desk: Desk };

export type Ordered = {
  readonly order: PushOrder;
  readonly key: string | null;
  readonly wait: Wait;
};

/** Throws a problem, or what the library finds wrong with it. */
export function makePush(
  { sidecar, desk }: PushParts,
  { order, key }: Omit<Ordered, 'wait'>,
): Made {
  try {
    const twin = key === null ? null : desk.find(key);
    if (twin === null && !sidecar.wanted.has(order.topic)) throw notWanted(order.topic);
    return desk.make(order, key);
  } catch (error) {
    if (!(error instanceof KeyReused)) throw error;
    throw problem('API_KEY_REUSED', error.message);
  }
}

export function notWanted(topic: string): Error {
  const remedy = `PUT /v1/channels/${encodeURIComponent(topic)} joins it, or channels in the configuration`;
  return problem('API_NOT_WANTED', `nobody has joined ${topic}: ${remedy}`);
}

/** Resolves when it has come as far as is waited for, or the time is up. A confirmed push is accepted when it is stored. The reply is asked for by who waits for it. */
export async function progressOf(
  record: PushRecord,
  wait: Wait,
  { ms, gone }: { readonly ms: number; readonly gone: AbortSignal },
): Promise<void> {
  await settledWithin(waited(record, wait), ms, gone);
}

async function waited(record: PushRecord, wait: Wait): Promise<void> {
  switch (wait) {
    case 'none':
      return record.queued().catch(() => record.ended);
    case 'sent':
      return record.sent().catch(() => record.ended);
    case 'reply':
      return record.replied();
  }
}
