/** What a socket dials with: its transport, its credentials, and the client's turns. */

import type { Frame } from '../protocol/serializer.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import type { Credentials, CredentialsProvider } from './credentials.js';
import type { DialTurns } from './dial-turns.js';
import { Fallback } from './fallback.js';
import type { SessionOwner } from './session.js';
import type { SocketHub } from './socket-hub.js';
import type { Traffic } from './traffic.js';

export class Dials implements SessionOwner {
  readonly fallback: Fallback;
  readonly received: (frame: Frame) => void;
  readonly #hub: SocketHub;
  /** For the next dial, unless somebody connects meanwhile. */
  #fresh: Credentials | null = null;

  constructor(socket: number, hub: SocketHub, received: (frame: Frame) => void) {
    const { transports, settings, reporter } = hub;
    this.#hub = hub;
    this.received = received;
    this.fallback = new Fallback(transports, settings.fallback, socket, reporter);
  }

  get turns(): DialTurns {
    return this.#hub.turns;
  }

  get transport(): Transport {
    return this.fallback.transport;
  }

  get traffic(): Traffic | null {
    return this.#hub.traffic;
  }

  refresh(credentials: Credentials | null): void {
    this.#fresh = credentials;
  }

  /** Somebody connects, perhaps much later. */
  forgetFresh(): void {
    this.#fresh = null;
  }

  takeFresh(): Credentials | null {
    const fresh = this.#fresh;
    this.#fresh = null;
    return fresh;
  }

  takeCredentials(): CredentialsProvider {
    return this.takeFresh() ?? this.#hub.settings.credentials;
  }

  request(credentials: Credentials, signal: AbortSignal): DialRequest {
    return this.#hub.request(credentials, this.transport, signal);
  }
}
