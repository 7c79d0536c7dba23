/** The confirmed pushes of one topic, in the order of the calls: which of them may be sent, and when again. */

import type { Clock } from '../clock.js';
import { delayAfter, type Random } from '../policy/backoff.js';
import type { ConfirmedRule } from '../policy/confirmed.js';
import type { OverflowRule } from '../policy/overflow.js';
import type { ConfirmedPush } from './confirmed-push.js';
import type { EndKind } from './confirmed-endings.js';
import type { PushRequest, Reply } from './push-request.js';
import type { Writer, WriteRoom } from './write-room.js';

/** The way out of the topic's channel, while it is open. */
export interface ConfirmedRoute {
  readonly room: WriteRoom;
  readonly isConnected: boolean;
  /** Writes it under the present join, whose ref it notes. Throws `PHX_ENCODING`. */
  write(request: PushRequest): void;
}

/** What a queue needs of the client it belongs to. */
export interface QueueOwner {
  readonly clock: Clock;
  readonly random: Random;
  readonly rule: ConfirmedRule;
  readonly limits: OverflowRule;
  /** Whether nothing is sent any more: what waits is left to the next client. */
  readonly isPersisting: boolean;
  /** There is room for it: asks the store to take it, which ends in `drain`, and maybe at once. */
  accept(push: ConfirmedPush): void;
  /** About to be written, for the first time or again. */
  sending(push: ConfirmedPush): void;
  fail(push: ConfirmedPush, kind: EndKind, why: string): void;
  /** Sent often enough, and each time answered by an error. */
  refused(push: ConfirmedPush, reply: Reply): void;
  persist(push: ConfirmedPush): void;
}

/** How a flight ends without an answer: the channel's end, or the socket's. */
export type FlightEnd = 'crashed' | 'closed' | 'desync' | 'left' | 'lost';

export class ConfirmedQueue implements Writer {
  readonly topic: string;
  readonly #owner: QueueOwner;
  /** Those in flight among them: they keep their places, so whatever is lost is sent again in order. */
  readonly #held = new Rank();
  /** For which there is no room yet, behind all that are held. */
  readonly #blocked = new Rank();
  #route: ConfirmedRoute | null = null;
  /** How often it was asked to drain since it began to; 0: it does not. */
  #asked = 0;

  constructor(topic: string, owner: QueueOwner) {
    this.topic = topic;
    this.#owner = owner;
  }

  get length(): number {
    return this.#held.pushes.size + this.#blocked.pushes.size;
  }

  /** All of them, in order. */
  get pushes(): readonly ConfirmedPush[] {
    return [...this.#held.pushes, ...this.#blocked.pushes];
  }

  /** Not of one whose time for a reply has passed: that is sent again anyway. */
  get awaitsReply(): boolean {
    return this.pushes.some(({ isInFlight, isResting }) => isInFlight && !isResting);
  }

  /** False: there is no room for it, not even to wait for room. */
  add(push: ConfirmedPush): boolean {
    const { limits } = this.#owner;
    if (this.#blocked.pushes.size === 0 && this.#held.hasRoom(push.size, limits)) this.#hold(push);
    else if (limits.whenFull === 'block' && this.#blocked.hasRoom(push.size, limits))
      this.#blocked.add(push);
    else return false;
    return true;
  }

  /** What an earlier client left, before all that was pushed since. */
  restore(restored: readonly ConfirmedPush[]): void {
    for (const push of restored) this.#blocked.remove(push);
    const order = new Set([...restored, ...this.#held.pushes]);
    for (const push of order) this.#held.remove(push);
    for (const push of order) this.#held.add(push);
    this.drain();
  }

  /** It has settled. */
  remove(push: ConfirmedPush): void {
    this.#held.remove(push);
    this.#blocked.remove(push);
    this.#admit();
    if (this.length === 0) this.#route?.room.forgo(this);
    else this.drain();
  }

  open(route: ConfirmedRoute): void {
    this.#route = route;
    this.drain();
  }

  shut(): void {
    this.#route?.room.forgo(this);
    this.#route = null;
  }

  roomFree(): void {
    this.drain();
  }

  /** Sends what may go out. A transport may answer, or end, while it is written to: asked meanwhile, it looks once more. */
  drain(): void {
    this.#asked += 1;
    if (this.#asked > 1) return;
    for (let seen = 0; seen < this.#asked; ) {
      seen = this.#asked;
      this.#sendInOrder();
    }
    this.#asked = 0;
  }

  /** What was in flight waits again, in its place. */
  lose(end: FlightEnd): void {
    for (const push of this.pushes) if (push.isInFlight) this.#lost(push, end);
  }

  /** An error that is not final. One that comes late, when it waits to be sent again anyway, is no news. */
  refused(push: ConfirmedPush, reply: Reply): void {
    if (!push.isInFlight || push.isResting) return;
    if (!this.#rest(push)) this.#owner.refused(push, reply);
  }

  #hold(push: ConfirmedPush): void {
    this.#held.add(push);
    this.#owner.accept(push);
  }

  #admit(): void {
    for (const push of this.#blocked.pushes) {
      if (!this.#held.hasRoom(push.size, this.#owner.limits)) return;
      this.#blocked.remove(push);
      this.#hold(push);
    }
  }

  #sendInOrder(): void {
    let inFlight = 0;
    for (const push of this.#held.pushes) {
      if (!push.isInFlight && !this.#mayGo(push, inFlight)) return;
      if (!push.isInFlight) this.#send(push);
      if (push.isInFlight) inFlight += 1;
    }
  }

  #mayGo(push: ConfirmedPush, inFlight: number): boolean {
    const { rule, isPersisting } = this.#owner;
    const route = this.#route;
    if (route === null || !push.isStored || isPersisting || inFlight >= rule.window) return false;
    // Its abort is being told, to it after others.
    if (!route.isConnected || push.request.terms.signal?.aborted === true) return false;
    // A transport of the user's own that throws at this is hung up, and that shuts the way out.
    const { isFull } = route.room;
    if (this.#route === null) return false;
    if (isFull) route.room.wait(this);
    return !isFull;
  }

  /** Its timer stands still while the machine sleeps; its time to live does not. */
  #send(push: ConfirmedPush): void {
    if (push.expires !== null && push.expires <= this.#owner.clock.now()) {
      this.#owner.fail(push, 'expired', 'its time to live passed');
      return;
    }
    push.sendings += 1;
    this.#owner.sending(push);
    try {
      this.#route?.write(push.request);
    } catch {
      push.request.joinRef = null;
      this.#owner.fail(push, 'unencodable', 'it could not be written');
      return;
    }
    push.request.markSent();
    if (push.isInFlight) this.#awaitReply(push);
  }

  #awaitReply(push: ConfirmedPush): void {
    const { timeout } = push.request.terms;
    push.request.timer = this.#owner.clock.setTimeout(() => {
      const why = `no reply within ${timeout} ms, after ${push.sendings} sendings`;
      if (!this.#rest(push)) this.#owner.fail(push, 'unanswered', why);
    }, timeout);
  }

  /** Sent again after a while, in its place; false: it was, often enough. */
  #rest(push: ConfirmedPush): boolean {
    const { random, rule, isPersisting } = this.#owner;
    this.#endFlight(push);
    push.crashes = 0;
    push.unanswered += 1;
    const delay = delayAfter(rule.backoff, push.unanswered, random);
    if (push.unanswered > rule.resends || delay === null) return false;
    if (isPersisting) this.#owner.persist(push);
    else this.#restFor(push, delay);
    return true;
  }

  #lost(push: ConfirmedPush, end: FlightEnd): void {
    const { rule, isPersisting } = this.#owner;
    this.#endFlight(push);
    push.request.joinRef = null;
    push.crashes = end === 'crashed' ? push.crashes + 1 : 0;
    if (rule.crashes !== false && push.crashes >= rule.crashes) {
      const why = `its channel crashed ${push.crashes} times in a row while it was in flight`;
      this.#owner.fail(push, 'crashed', why);
    } else if (isPersisting) this.#owner.persist(push);
  }

  #endFlight(push: ConfirmedPush): void {
    this.#owner.clock.clearTimeout(push.request.timer);
    push.isResting = false;
  }

  /** It keeps its place, so that none overtakes it; a reply that is late may still settle it. */
  #restFor(push: ConfirmedPush, delay: number): void {
    push.isResting = true;
    push.request.timer = this.#owner.clock.setTimeout(() => {
      push.isResting = false;
      push.request.joinRef = null;
      this.drain();
    }, delay);
  }
}

/** Pushes in order, and their bytes. */
class Rank {
  readonly pushes = new Set<ConfirmedPush>();
  #bytes = 0;

  hasRoom(size: number, { messages, bytes }: OverflowRule): boolean {
    return this.pushes.size < messages && this.#bytes + size <= bytes;
  }

  add(push: ConfirmedPush): void {
    this.pushes.add(push);
    this.#bytes += push.size;
  }

  remove(push: ConfirmedPush): void {
    if (this.pushes.delete(push)) this.#bytes -= push.size;
  }
}
