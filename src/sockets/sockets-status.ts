/** How the connections of a client stand: the best of its sockets, the newest end, and what keeps each one away. */

import type { Clock } from '../clock.js';
import type { DisconnectedFact } from '../policy/facts.js';
import type { Close } from '../protocol/close.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { Socket } from './socket.js';
import type { SocketState } from './socket-effects.js';

export type SocketsStatus = {
  /** The best that any socket is in. */
  readonly state: SocketState;
  readonly since: Date;
  readonly attempt: number;
  readonly close: Close | null;
  /** The name of the transport of the first socket that is open; null: none is. */
  readonly transport: string | null;
};

/** What is looked at in a socket. */
export type Standing = Pick<Socket, 'number' | 'state' | 'floorLeft'>;

/** `retryAt` is monotonic time; null: the policy does not dial again. */
type LossRecord = DisconnectedFact & { readonly retryAt: number | null };

/** How a socket ends that carries no channel any more. */
const UNUSED: Close = { cause: 'requested', code: 1000, reason: 'no topic left', status: null };

export class StatusRecord {
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #losses = new WeakMap<Standing, LossRecord>();
  #status: Omit<SocketsStatus, 'transport'>;

  constructor(clock: Clock, reporter: Reporter) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#status = { state: 'disconnected', since: this.#now(), attempt: 0, close: null };
  }

  get current(): Omit<SocketsStatus, 'transport'> {
    return { ...this.#status };
  }

  update(sockets: readonly Standing[]): void {
    const state = bestOf(sockets);
    if (state === this.#status.state) return;
    this.#status = { ...this.#status, state, since: this.#now() };
  }

  lost(socket: Standing, fact: DisconnectedFact): void {
    const { close, attempt, retryIn } = fact;
    const { cause, code, status } = close;
    const told = { socket: socket.number, cause, code, status, attempt, retryIn };
    this.#reporter.fact('socket.lost', told);
    this.#status = { ...this.#status, attempt, close };
    const retryAt = retryIn === null ? null : this.#clock.monotonic() + retryIn;
    this.#losses.set(socket, { ...fact, retryAt });
  }

  /** The cause and the code of its newest end. */
  whyLost(socket: Standing): string {
    const close = this.#losses.get(socket)?.close;
    return close === undefined ? '' : `${close.cause} ${close.status ?? close.code}`;
  }

  /** Why none of these is open, and when the first of them that will be dialed is: now, not when it fell. */
  outlook(sockets: readonly Standing[]): DisconnectedFact {
    const next = sockets.find((socket) => !areAtRest([socket])) ?? sockets[0];
    const loss = next && this.#losses.get(next);
    // A socket that waits to connect again was hung up by request: that is not why the client has no connection.
    if (next === undefined || loss === undefined || loss.close.cause === 'requested') {
      return { close: UNUSED, attempt: 0, retryIn: next?.floorLeft() ?? null };
    }
    const { close, attempt, retryAt } = loss;
    if (areAtRest([next])) return { close, attempt, retryIn: null };
    const left = retryAt === null ? next.floorLeft() : retryAt - this.#clock.monotonic();
    return { close, attempt, retryIn: Math.max(0, left) };
  }

  /**
   * Monotonic time at which the first of these will be dialed again, as was announced; infinite: none waits for that. A connect
   * that waits for the floor was not announced: the server may have asked for minutes.
   */
  redialDue(sockets: readonly Standing[]): number {
    const waiting = sockets.filter(({ state }) => state === 'backingOff');
    return Math.min(...waiting.map((socket) => this.#losses.get(socket)?.retryAt ?? Infinity));
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }
}

/** `disconnected` and `unauthorized`: all are at rest. */
function bestOf(sockets: readonly Pick<Socket, 'state'>[]): SocketState {
  const states = new Set(sockets.map(({ state }) => state));
  if (states.has('connected')) return 'connected';
  if (states.has('connecting')) return 'connecting';
  if (states.has('backingOff')) return 'backingOff';
  return states.has('unauthorized') ? 'unauthorized' : 'disconnected';
}

/** Whether none of these is open, under way or to come by itself. */
export function areAtRest(sockets: readonly Pick<Socket, 'state'>[]): boolean {
  const best = bestOf(sockets);
  return best === 'disconnected' || best === 'unauthorized';
}
