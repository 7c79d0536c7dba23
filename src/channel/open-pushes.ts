/** The pushes of a client that have no outcome yet, for who waits until they have. */

import { Moment } from './moment.js';
import type { PushRequest } from './push-request.js';

export class OpenPushes {
  /** How many have had their outcome since the start. */
  settledCount = 0;
  readonly #open = new Set<PushRequest>();
  readonly #settled = new Moment();
  /** Sent and not replied to, and nobody waits for that. */
  readonly #forgone = new Set<PushRequest>();
  #forgoesUnasked = false;

  /** Whether none waits to be sent or replied to. */
  get isSettled(): boolean {
    return this.#open.size === 0;
  }

  get forgoneCount(): number {
    return this.#forgone.size;
  }

  /** Resolves when none waits any more. */
  settled(): Promise<void> {
    return this.isSettled ? Promise.resolve() : this.#settled.next();
  }

  /** From now on nobody waits for the reply to a push that nobody has asked about: when it was sent it is done with. */
  forgoUnasked(): void {
    this.#forgoesUnasked = true;
    for (const push of this.#open) if (push.joinRef !== null) this.wasSent(push);
  }

  /** It waits to be sent, or for a reply. */
  waits(push: PushRequest): void {
    this.#open.add(push);
  }

  wasSent(push: PushRequest): void {
    if (!this.#forgoesUnasked || push.asked || push.terms.delivery === 'confirmed') return;
    this.#forgone.add(push);
    this.#close(push);
  }

  hasSettled(push: PushRequest): void {
    this.settledCount += 1;
    this.#forgone.delete(push);
    this.#close(push);
  }

  /** It is left to the next client, which is no outcome. */
  isPersisted(push: PushRequest): void {
    this.#close(push);
  }

  #close(push: PushRequest): void {
    this.#open.delete(push);
    if (this.isSettled) this.#settled.come();
  }
}
