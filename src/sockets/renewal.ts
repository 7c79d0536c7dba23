/** How a socket gives up a good connection for a new one: when, in whose turn, and in a moment in which nothing is lost. */

import { drawAge } from '../policy/connection-age.js';
import type { Judgement } from '../policy/reconnect.js';
import type { Close } from '../protocol/close.js';
import type { Credentials } from './credentials.js';
import type { Dials } from './dials.js';
import type { Session } from './session.js';
import type { Socket } from './socket.js';
import type { RenewalEffects } from './socket-effects.js';
import type { SocketHub } from './socket-hub.js';

/** What a renewal needs of its socket. */
export type Renewable = Pick<
  Socket,
  'online' | 'state' | 'joins' | 'riders' | 'floorLeft' | 'sayGoodbye'
>;

/** So much of the patience is left when nothing new is begun any more: on a busy socket no moment is quiet by itself. */
const HOLD = 1000;
/** How often a quiet moment is looked for: longer than most round trips. */
const LOOK_EVERY = 50;
/** How often a turn is looked for: another socket may be away for minutes. */
const LOOK_FOR_TURN_EVERY = 1000;

export class Renewal implements RenewalEffects {
  readonly #socket: Renewable;
  readonly #dials: Dials;
  readonly #hub: SocketHub;
  /** Since when it has had its turn. */
  #since: number | null = null;
  /** Given to the client while this connection stood: news to it, and of no use to a later one. */
  fresh: Credentials | null = null;
  /** Whether nothing new may be begun. */
  isHolding = false;

  constructor(socket: Renewable, dials: Dials, hub: SocketHub) {
    this.#socket = socket;
    this.#dials = dials;
    this.#hub = hub;
  }

  /**
   * Other credentials are there; whether they are news. Between connections the next dial is with them; of a connection that is
   * being made with others it is seen when it stands.
   */
  offer(credentials: Credentials, session: Session | null): boolean {
    const state = this.#socket.online ? 'connected' : this.#socket.state;
    if (state === 'disconnected' || state === 'unauthorized') return false;
    if (state !== 'backingOff' && session?.isDialedWith(credentials) !== false) return false;
    if (state === 'connected') this.fresh = credentials;
    else this.#dials.refresh(credentials);
    return true;
  }

  drawTerm(): number | null {
    const { settings, random } = this.#hub;
    this.fresh = null;
    const { maxConnectionAge } = settings;
    const age = maxConnectionAge === null ? Infinity : drawAge(maxConnectionAge, random);
    const term = Math.min(age, this.#dials.fallback.returnAfter ?? Infinity);
    return term === Infinity ? null : term;
  }

  prepare(): void {
    if (!this.#hub.mayRenew(this.#socket)) {
      this.forgo();
      this.#socket.joins.reopened();
      return;
    }
    this.#since ??= this.#hub.clock.monotonic();
    this.isHolding = this.#patienceLeft() <= Math.min(HOLD, this.#hub.settings.timeouts.push / 2);
  }

  checkIn(): number {
    return this.#since === null ? LOOK_FOR_TURN_EVERY : LOOK_EVERY;
  }

  isDue(): boolean {
    if (this.#since === null || !this.#hub.mayRenew(this.#socket)) return false;
    return this.#patienceLeft() === 0 || this.#isQuiet;
  }

  forgo(): void {
    this.#since = null;
    this.isHolding = false;
  }

  begin(): { readonly close: Close; readonly judgement: Judgement } {
    const reason = this.#why();
    this.#dials.refresh(this.fresh);
    this.#dials.fallback.tryFirst();
    this.#socket.sayGoodbye();
    const floor = this.#socket.floorLeft();
    const close = { cause: 'renewed', code: 1000, reason, status: null } as const;
    return { close, judgement: { retryIn: floor, floor } };
  }

  #why(): string {
    if (this.fresh !== null) return 'there are new credentials';
    return this.#dials.fallback.returnAfter === null
      ? 'it was as old as maxConnectionAge allows'
      : 'the first transport is tried again';
  }

  /** Nothing would be lost: no join is in flight, and no push waits for its reply. What is not read may be one. */
  get #isQuiet(): boolean {
    const { joins, riders } = this.#socket;
    if (joins.inFlight > 0 || this.#hub.isReadingPaused) return false;
    return ![...riders].some(({ awaitsReply }) => awaitsReply);
  }

  #patienceLeft(): number {
    const { clock, settings } = this.#hub;
    return Math.max(0, (this.#since ?? 0) + settings.timeouts.push - clock.monotonic());
  }
}
