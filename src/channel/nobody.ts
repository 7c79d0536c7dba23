/** What is asked of topics that nobody wants: it settles as it is asked. */

import { pushMessage } from '../protocol/message.js';
import type { DropReason } from '../telemetry/facts.js';
import type { ChannelHub } from './hub.js';
import { type PushOwner, PushRequest, type PushTerms } from './push-request.js';
import { type Join, type Leave, Requests } from './requests.js';

export class Nobody implements PushOwner {
  readonly #hub: ChannelHub;

  constructor(hub: ChannelHub) {
    this.#hub = hub;
  }

  join(topic: string): Join {
    const requests = this.#requestsOf(topic);
    const join = requests.join(null);
    requests.loseJoin('the topic is not wanted: join it first');
    return join;
  }

  /** Succeeds. */
  leave(topic: string): Leave {
    const requests = this.#requestsOf(topic);
    const leave = requests.leave();
    requests.left(true);
    return leave;
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. */
  push(
    message: { readonly topic: string; readonly event: string; readonly payload: unknown },
    terms: PushTerms,
    { reason, why }: { readonly reason: DropReason; readonly why: string },
  ): PushRequest {
    const { ground, listener, pushReport } = this.#hub;
    const { topic, event, payload } = message;
    const ref = ground.nextRef();
    ground.measure(pushMessage(topic, ref, ref, event, payload));
    const push = new PushRequest({ ...message, ref }, terms, this);
    pushReport.begun(push);
    pushReport.dropped(push, reason);
    const error = push.fail('PHX_PUSH_DROPPED', why, 'no');
    const key = terms.key ?? null;
    if (error !== null) listener.pushFailed(push, { topic, event, payload, key, error });
    return push;
  }

  // What its pushes need, which have failed.

  awaited(): void {
    this.#hub.listener.awaited();
  }

  cancelled(): void {}

  aborted(): void {}

  settled(push: PushRequest): void {
    this.#hub.open.hasSettled(push);
  }

  #requestsOf(topic: string): Requests {
    return new Requests(topic, this.#hub.ground.clock, () => {
      this.awaited();
    });
  }
}
