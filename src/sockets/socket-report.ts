/** What one socket tells of its dials and heartbeats; no clock is read when nobody listens. */

import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';

export class SocketReport {
  readonly #socket: number;
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  #dialedAt = 0;

  constructor(socket: number, reporter: Reporter, clock: Clock) {
    this.#socket = socket;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  /** Monotonic time; 0 when nobody listens. */
  get now(): number {
    return this.#reporter.isHeard ? this.#clock.monotonic() : 0;
  }

  dialing(attempt: number): void {
    this.#dialedAt = this.now;
    this.#reporter.fact('socket.dialing', { socket: this.#socket, attempt });
  }

  opened(attempt: number): void {
    const ms = Math.round(this.now - this.#dialedAt);
    this.#reporter.fact('socket.opened', { socket: this.#socket, attempt, ms });
  }

  heartbeatAnswered(sentAt: number): void {
    const ms = Math.round(this.now - sentAt);
    this.#reporter.fact('heartbeat.answered', { socket: this.#socket, ms });
  }
}
