/** What the page may do besides showing: push, and say when the connection is to be there. */

import { PhoenixSocketError } from '../../errors.js';
import type { Desk } from '../pushes/desk.js';
import type { PushRecord } from '../pushes/push-record.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import type { PushAnswer } from './push-answer.js';

export type PageControl = {
  readonly commands: Pick<Sidecar, Command>;
  readonly desk: Pick<Desk, 'make'>;
};

export type Command = 'reconnect' | 'pause' | 'resume';

type Wait = 'none' | 'sent' | 'reply';
type Order = {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  readonly wait: Wait;
};

const WAITS: readonly Wait[] = ['none', 'sent', 'reply'];

export function isCommand(text: string): text is Command {
  return text === 'reconnect' || text === 'pause' || text === 'resume';
}

/** What is wrong with it, as a sentence; or the order. */
export function orderIn(body: unknown): Order | string {
  if (typeof body !== 'object' || body === null) return 'the body is no JSON object';
  const {
    topic,
    event,
    payload = {},
    wait = 'reply',
  } = body as { readonly [key: string]: unknown };
  if (typeof topic !== 'string' || topic === '')
    return 'topic is missing: write the topic of a channel';
  if (typeof event !== 'string' || event === '')
    return 'event is missing: write the name of the event';
  const known = WAITS.find((one) => one === wait);
  if (known === undefined) return 'wait is none of none, sent, reply';
  return { topic, event, payload, wait: known };
}

export async function pushOf(order: Order, control: PageControl): Promise<PushAnswer> {
  try {
    return await outcomeOf(order, control);
  } catch (error) {
    return failureOf(error);
  }
}

/** An error that is not the library's is not for the page. */
function failureOf(error: unknown): Extract<PushAnswer, { outcome: 'failed' }> {
  if (!(error instanceof PhoenixSocketError)) throw error;
  return { outcome: 'failed', code: error.code, error: error.message };
}

async function outcomeOf(
  { topic, event, payload, wait }: Order,
  control: PageControl,
): Promise<PushAnswer> {
  const { record } = control.desk.make({ topic, event, payload }, null);
  if (wait === 'none') {
    await record.queued();
    return { outcome: 'queued' };
  }
  if (wait === 'sent') {
    await record.sent();
    return { outcome: 'sent' };
  }
  await record.replied();
  return replyTo(record);
}

/** Throws what it failed with. */
function replyTo({ fate }: PushRecord): PushAnswer {
  if ('error' in fate) throw fate.error;
  if (fate.outcome !== 'replied') return { outcome: 'sent' };
  return fate;
}
