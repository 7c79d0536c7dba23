/** How confirmed pushes end: what becomes of them in the store, and who is told. */

import type { PushError } from '../errors.js';
import type { ConfirmedRule } from '../policy/confirmed.js';
import type { DropReason } from '../telemetry/facts.js';
import type { ConfirmedLedger } from './confirmed-ledger.js';
import type { ConfirmedPush } from './confirmed-push.js';
import type { Custody } from './custody.js';
import type { ChannelHub } from './hub.js';
import type { Reply } from './push-request.js';
import { LOST_CODES, type WhyUnanswered } from './pushes.js';

/** Why a push will not be confirmed. */
export type EndKind =
  /** Never accepted: there was no room, or the store could not take it. */
  | 'full'
  | 'unstored'
  /** Given up by the client. */
  | 'expired'
  | 'unanswered'
  | 'crashed'
  | 'unencodable'
  /** Ended by whoever pushed. */
  | 'cancelled'
  | 'aborted'
  | 'left'
  | 'stopped';

type End = {
  /** What it is called when it was never sent, and when it may have been. */
  readonly unsent: DropReason;
  readonly sent: WhyUnanswered;
  readonly isDeadLetter: boolean;
};

const ENDS: { readonly [K in EndKind]: End } = {
  full: { unsent: 'full', sent: 'lost', isDeadLetter: false },
  unstored: { unsent: 'unstored', sent: 'lost', isDeadLetter: false },
  expired: { unsent: 'expired', sent: 'timeout', isDeadLetter: true },
  unanswered: { unsent: 'expired', sent: 'timeout', isDeadLetter: true },
  crashed: { unsent: 'expired', sent: 'lost', isDeadLetter: true },
  unencodable: { unsent: 'unencodable', sent: 'lost', isDeadLetter: true },
  cancelled: { unsent: 'cancelled', sent: 'aborted', isDeadLetter: false },
  aborted: { unsent: 'aborted', sent: 'aborted', isDeadLetter: false },
  left: { unsent: 'left', sent: 'lost', isDeadLetter: false },
  stopped: { unsent: 'stopped', sent: 'lost', isDeadLetter: false },
};

const PERSISTED = 'the client stopped before it was confirmed; its store keeps it for the next one';

export class ConfirmedEndings {
  readonly #hub: ChannelHub;
  readonly #rule: ConfirmedRule;
  readonly #custody: Custody;
  readonly #ledger: Pick<ConfirmedLedger, 'ofKey'>;

  constructor(
    hub: ChannelHub,
    rule: ConfirmedRule,
    custody: Custody,
    ledger: Pick<ConfirmedLedger, 'ofKey'>,
  ) {
    this.#hub = hub;
    this.#rule = rule;
    this.#custody = custody;
    this.#ledger = ledger;
  }

  replied(push: ConfirmedPush, reply: Reply): void {
    this.#settle(push, reply);
    this.#forget(push);
  }

  /** Its answer is told as any other, and it is a dead letter besides. */
  refused(push: ConfirmedPush, reply: Reply): void {
    this.#settle(push, reply);
    void this.#bury(push, push.request.refusal(reply.status, reply.response));
  }

  /** Whoever takes a push back need not be told. */
  fail(push: ConfirmedPush, kind: EndKind, why: string, cause?: unknown): void {
    const { isDeadLetter, sent, unsent } = ENDS[kind];
    const { request, topic, event, payload, key } = push;
    // What the store takes all the same is sent by the next client.
    const error =
      push.mayBeSent || this.#custody.mayYetTake(push)
        ? request.fail(LOST_CODES[sent], why, 'unknown', cause)
        : request.fail('PHX_PUSH_DROPPED', why, 'no', cause);
    if (error === null) return;
    if (error.delivered === 'no') this.#hub.pushReport.dropped(request, unsent);
    else this.#hub.pushReport.settled(request, sent);
    if (kind !== 'cancelled')
      this.#hub.listener.pushFailed(request, { topic, event, payload, key, error });
    if (isDeadLetter) void this.#bury(push, error);
    else this.#forget(push);
  }

  persist(push: ConfirmedPush): void {
    const { request, mayBeSent } = push;
    push.isPersisted = true;
    if (request.fail('PHX_PUSH_PERSISTED', PERSISTED, mayBeSent ? 'unknown' : 'no') === null)
      return;
    this.#hub.pushReport.settled(request, 'persisted');
  }

  #settle(push: ConfirmedPush, { status, response }: Reply): void {
    const { request, topic, event, key } = push;
    request.settle({ status, response });
    this.#hub.pushReport.settled(request, status === 'ok' ? 'ok' : 'error');
    const { asked, ref } = request;
    if (!asked) this.#hub.listener.replied({ topic, event, ref, key, status, response });
  }

  /** Never in the middle of what gave it up. In the store until the hook has ended, unless it was put anew. */
  async #bury(
    { key, topic, event, payload, sendings }: ConfirmedPush,
    error: PushError,
  ): Promise<void> {
    const { code } = error;
    this.#hub.reporter.fact('push.abandoned', { topic, event, code, sendings });
    await Promise.resolve();
    try {
      await this.#rule.onDeadLetter?.({ key, topic, event, payload, sendings, error });
    } catch (problem) {
      this.#hub.listener.policyFailed('onDeadLetter', problem);
    }
    if (this.#ledger.ofKey(key)?.isPut !== true) await this.#custody.delete(key);
  }

  /** What the store was never asked to take may be there under the same key for another. */
  #forget({ key, isPut }: ConfirmedPush): void {
    if (isPut) void this.#custody.delete(key);
  }
}
