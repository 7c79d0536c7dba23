/** What a user may say about WebSocket connections. */

import type { Agent } from 'node:http';
import type { ConnectionOptions } from 'node:tls';

export type WebSocketOptions = {
  /**
   * The longest message taken, in bytes, default 16 MiB: room for what another client may push (10 MB)
   * and the server then escapes anew. Phoenix has no limit for what it sends, and `ws` one of 100 MiB.
   */
  readonly maxPayload?: number;
  /**
   * How many redirects a dial follows, default 0, as in browsers: an address that moved is worth knowing
   * and costs a request on every reconnect. Never from wss to ws, nor with secrets to another host.
   */
  readonly redirects?: number;
  /** Offers permessage-deflate, default false: it costs memory per connection, and Phoenix has it off. */
  readonly deflate?: boolean;
  /** Milliseconds that bytes may wait to be written without one leaving, default 10 000. */
  readonly writeTimeout?: number;
  /** Milliseconds for a good end, default 1000: the peer's Close frame, or the body of a refusal. */
  readonly closeTimeout?: number;
  /**
   * The address of an HTTP proxy, `http://user:password@host:port` or `https://…`, that is asked to CONNECT; false:
   * none. Default: as HTTPS_PROXY (wss), HTTP_PROXY (ws), ALL_PROXY and NO_PROXY say at each dial; those never apply
   * to this machine itself.
   */
  readonly proxy?: string | false;
  /** For the server; its `ca` also for a proxy that is reached over TLS, beside the authorities that Node knows. */
  readonly tls?: ConnectionOptions;
  /** Makes the connections in place of all the above; default none, and then no connection is used twice. */
  readonly agent?: Agent;
};
