/** The first connect of a client: when `init` has ended, or when it waits for something that may need a connection. */

import type { Endpoint } from '../protocol/endpoint.js';
import type { Sockets } from '../sockets/sockets.js';
import type { Ending } from './ending.js';

/** What it needs of its client. */
export interface Connecting {
  readonly sockets: Sockets;
  /** What `init` returned is no endpoint. */
  escaped(callback: 'init', error: unknown): void;
}

export class FirstConnect {
  readonly #client: Connecting;
  readonly #ending: Pick<Ending, 'isClosing' | 'isStopping'>;
  readonly #autoConnect: boolean;
  #isInitialising = true;

  constructor(client: Connecting, ending: Ending, autoConnect: boolean) {
    this.#client = client;
    this.#ending = ending;
    this.#autoConnect = autoConnect;
  }

  /** What `init` waits for may need a connection, which would otherwise wait for `init`. */
  awaited(): void {
    const mayBegin = this.#isInitialising && !this.#ending.isClosing;
    if (mayBegin && this.#client.sockets.settings.endpoint !== null) this.#begin(undefined);
  }

  initialised(endpoint: unknown): void {
    this.#isInitialising = false;
    this.#begin(endpoint);
  }

  #begin(endpoint: unknown): void {
    if (this.#ending.isStopping) return;
    const { sockets } = this.#client;
    try {
      if (endpoint !== undefined) sockets.setEndpoint(endpoint as Endpoint);
      if (this.#autoConnect) sockets.connect();
    } catch (error) {
      this.#client.escaped('init', error);
    }
  }
}
