/** An HTTP listener on the loopback interface, on a Unix socket, or anywhere with a token. */

import type { Server } from 'node:http';

/** As a request handler of the Fetch API; hono's `app.fetch` is one. */
export type Handler = (request: Request) => Response | Promise<Response>;

export type OpenListener = {
  /** `http://127.0.0.1:4100`, or `unix:/run/phx/api.sock`. */
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
};
