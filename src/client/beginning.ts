/** How a worker begins: it connects when `init` has ended, or when that waits for something that may need a connection. */

import type { Endpoint } from '../protocol/endpoint.js';
import type { Sockets } from '../sockets/sockets.js';
import type { Ending } from './ending.js';

export class Beginning {
  readonly #sockets: Sockets;
  readonly #ending: Pick<Ending, 'isClosing' | 'isStopping'>;
  readonly #autoConnect: boolean;
  #isOver = false;

  constructor(
    sockets: Sockets,
    ending: Pick<Ending, 'isClosing' | 'isStopping'>,
    autoConnect: boolean,
  ) {
    this.#sockets = sockets;
    this.#ending = ending;
    this.#autoConnect = autoConnect;
  }

  /** What `init` waits for may need a connection, which would otherwise wait for `init`. */
  awaited(): void {
    const mayBegin = !this.#isOver && !this.#ending.isClosing;
    if (mayBegin && this.#sockets.settings.endpoint !== null) this.#connect(undefined);
  }

  /** `init` has ended with this. Throws `PHX_BAD_OPTION`. */
  initialised(endpoint: unknown): void {
    this.#isOver = true;
    this.#connect(endpoint);
  }

  #connect(endpoint: unknown): void {
    if (this.#ending.isStopping) return;
    if (endpoint !== undefined) this.#sockets.setEndpoint(endpoint as Endpoint);
    if (this.#autoConnect) this.#sockets.connect();
  }
}
