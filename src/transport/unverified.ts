/** Says aloud that certificates are not verified: whoever set that for an afternoon should not find it in production. */

import type { ConnectionOptions } from 'node:tls';

/** Once for each client: a process warning, as Node gives it for NODE_TLS_REJECT_UNAUTHORIZED. */
export function warnIfUnverified(tls: ConnectionOptions = {}): void {
  if (tls.rejectUnauthorized !== false) return;
  process.emitWarning(
    'websocket.tls.rejectUnauthorized is false: anybody on the way can pose as the server and read the credentials; ' +
      'give its authority as websocket.tls.ca instead',
    { type: 'SecurityWarning', code: 'PHX_UNVERIFIED' },
  );
}
