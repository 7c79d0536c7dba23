/** How a server ends: what it is answering gets a moment, what is idle none. */

import { once } from 'node:events';
import type { Server } from 'node:http';

const PATIENCE = 1000;

export class Closing {
  readonly #server: Server;
  #closed: Promise<void> | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Asked twice it is the same. The file of a Unix socket goes with it. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    const closed = once(server, 'close');
    server.close();
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, PATIENCE);
    await closed;
    clearTimeout(cut);
  }
}
