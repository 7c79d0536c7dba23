/** The pushes in an answer: all are in the outbox before the event that they answer is done. */

import { hasCode, wordsOf } from '../../errors.js';
import type { PushDesk, PushOrder } from '../pushes/push-desk.js';
import { type Failure, failure } from './outcome.js';

export type Refused = { readonly key: string; readonly why: string };

/**
 * Each is keyed `<id of the event>:<its place>`, so that a second delivery of the event pushes nothing twice. Null: they are all taken,
 * save those that can never be sent, which `refused` is told. A failure: one cannot be taken now, and the event is to come again.
 */
export async function acceptPushes(
  desk: PushDesk,
  id: string,
  pushes: readonly PushOrder[],
  refused: (push: Refused) => void,
): Promise<Failure | null> {
  for (const [at, order] of pushes.entries()) {
    const key = `${id}:${at}`;
    const refusal = await accepted(desk, order, key);
    if (refusal?.kind === 'retry') return refusal;
    if (refusal !== null) refused({ key, why: refusal.why });
  }
  return null;
}

type NeverSent = { readonly kind: 'never'; readonly why: string };

/** Null: it is. */
async function accepted(
  desk: PushDesk,
  order: PushOrder,
  key: string,
): Promise<Failure | NeverSent | null> {
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
