/** The pushes in an answer: all are in the outbox before the event that they answer is done. */

import { hasCode, wordsOf } from '../../errors.js';
import { type Duration, milliseconds } from '../../policy/duration.js';
import type { PushDesk, PushOrder } from '../pushes/push-desk.js';
import { type Failure, failure } from './outcome.js';

export type Refused = { readonly key: string; readonly why: string };

const CLASSES: readonly unknown[] = ['volatile', 'buffered', 'confirmed', undefined];

/**
 * Each is keyed `<id of the event>:<its place>`, so that a second delivery of the event pushes nothing twice. Null: they are all taken,
 * save those that can never be sent, which `refused` is told. A failure: one cannot be taken now, and the event is to come again.
 */
export async function acceptPushes(
  desk: PushDesk,
  id: string,
  pushes: readonly unknown[],
  refused: (push: Refused) => void,
): Promise<Failure | null> {
  for (const [at, push] of pushes.entries()) {
    const key = `${id}:${at}`;
    const refusal = await accepted(desk, push, key);
    if (refusal?.kind === 'retry') return refusal;
    if (refusal !== null) refused({ key, why: refusal.why });
  }
  return null;
}

type NeverSent = { readonly kind: 'never'; readonly why: string };

/** Null: it is. */
async function accepted(
  desk: PushDesk,
  push: unknown,
  key: string,
): Promise<Failure | NeverSent | null> {
  const order = orderOf(push);
  if (typeof order === 'string') return { kind: 'never', why: order };
  try {
    await desk.accept(order, key);
    return null;
  } catch (error) {
    if (isForEver(error, order)) return { kind: 'never', why: wordsOf(error) };
    return failure(`a push of its answer cannot be taken now: ${wordsOf(error)}`, 'event');
  }
}

/** What is sent now or never will not be sent later. */
function isForEver(error: unknown, { delivery }: PushOrder): boolean {
  if (hasCode(error, 'PHX_BAD_OPTION', 'PHX_ENCODING')) return true;
  return delivery === 'volatile' && hasCode(error, 'PHX_PUSH_DROPPED');
}

/** Or what is wrong with it, without what it holds. */
function orderOf(push: unknown): PushOrder | string {
  if (typeof push !== 'object' || push === null) return 'it is no object: {topic, event, payload}';
  const given = push as { readonly [field: string]: unknown };
  const { topic, event, delivery } = given;
  if (typeof topic !== 'string' || topic === '') return 'its topic is no text';
  if (typeof event !== 'string' || event === '') return 'its event is no text';
  if (!CLASSES.includes(delivery)) return 'its delivery is not volatile, buffered or confirmed';
  for (const name of ['timeout', 'ttl']) {
    if (!isDuration(name, given[name])) return `its ${name} is no length of time, such as 10s`;
  }
  return given as PushOrder;
}

function isDuration(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  try {
    milliseconds(name, value as Duration);
    return true;
  } catch {
    return false;
  }
}
