/** Which of its transports a socket dials with: the first, or another one while the first does not carry. */

import { type FallbackRule, isOfTransport } from '../policy/fallback.js';
import type { Close } from '../protocol/close.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { Transport } from '../transport/transport.js';

export class Fallback {
  readonly #transports: readonly Transport[];
  readonly #rule: FallbackRule;
  readonly #socket: number;
  readonly #reporter: Reporter;
  #at = 0;
  /** In a row, of the transport that is dialed with. */
  #failures = 0;
  /** The fallback that works, while the first transport is tried again. */
  #refuge: number | null = null;
  /** Whether the newest connection has carried a heartbeat or a join there and back. */
  #isProven = false;

  constructor(
    transports: readonly Transport[],
    rule: FallbackRule,
    socket: number,
    reporter: Reporter,
  ) {
    this.#transports = transports;
    this.#rule = rule;
    this.#socket = socket;
    this.#reporter = reporter;
  }

  get transport(): Transport {
    return this.#named(this.#at);
  }

  /** What opens and carries nothing must not be called a connection, nor a return. */
  get mustVerify(): boolean {
    return this.#at > 0 || this.#refuge !== null;
  }

  /** Milliseconds until the first transport is tried again; null: it is in use, or it is tried when this one is lost. */
  get returnAfter(): number | null {
    return this.#at === 0 ? null : this.#rule.returnAfter;
  }

  dialing(): void {
    this.#isProven = false;
  }

  /** A heartbeat or a join was answered. */
  proven(): void {
    this.#isProven = true;
    this.#failures = 0;
    if (this.#refuge === null) return;
    const [from, to] = [this.#named(this.#refuge).name, this.transport.name];
    this.#refuge = null;
    this.#reporter.fact('transport.returned', { socket: this.#socket, from, to });
  }

  /** The next dial is with the first transport; if that fails, the one after it is with the present one. */
  tryFirst(): void {
    if (this.#at === 0) return;
    this.#refuge = this.#at;
    this.#at = 0;
  }

  /** A dial failed, or a connection ended that nobody wished to end. */
  ended(close: Close): void {
    if (this.#refuge !== null) this.#takeRefuge(this.#refuge);
    else if (!this.#isProven && isOfTransport(close)) this.#failed(close);
    else this.#lost();
  }

  #takeRefuge(refuge: number): void {
    this.#at = refuge;
    this.#refuge = null;
    this.#failures = 0;
  }

  #failed({ cause, status, code }: Close): void {
    this.#failures += 1;
    if (this.#failures < this.#rule.failures || this.#transports.length === 1) return;
    const from = this.transport.name;
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#transports.length;
    const [to, why] = [this.transport.name, `${cause} ${status ?? code}`];
    this.#reporter.fact('transport.fallback', { socket: this.#socket, from, to, why });
  }

  /** It did carry, or no transport would have. */
  #lost(): void {
    this.#failures = 0;
    if (this.#isProven && this.#rule.returnAfter === null) this.tryFirst();
  }

  #named(at: number): Transport {
    const transport = this.#transports[at];
    if (transport === undefined) throw new Error(`there is no transport ${at}`);
    return transport;
  }
}
