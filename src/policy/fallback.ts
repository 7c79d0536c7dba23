/** When one transport gives way to the next, and when the first one is tried again. */

import type { Close } from '../protocol/close.js';
import { type Duration, milliseconds } from './duration.js';
import { frozen } from './frozen.js';
import { requireAtLeast, requireCount, requireFields } from './requirements.js';

export type FallbackPolicy = {
  /**
   * How many times in a row a transport must fail before it opened, or before a heartbeat or a join was answered on it, for reasons that
   * another one can cure. Default 3: a server that restarts fails twice as well.
   */
  readonly failures?: number;
  /**
   * How long a fallback lasts before the first transport is tried again; false: until it is lost. Default 5 min: a proxy is
   * not repaired sooner, and a try costs a rejoin.
   */
  readonly returnAfter?: Duration | false;
};

export type FallbackRule = {
  readonly failures: number;
  /** Null: until it is lost. */
  readonly returnAfter: number | null;
};

const SHORTEST = 1000;

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function fallbackRule(policy: FallbackPolicy = {}): FallbackRule {
  requireFields('fallback', policy);
  const { failures = 3, returnAfter = '5m' } = policy;
  requireCount('fallback.failures', failures, 1);
  if (returnAfter === false) return frozen({ failures, returnAfter: null });
  const ms = milliseconds('fallback.returnAfter', returnAfter);
  requireAtLeast('fallback.returnAfter', ms, SHORTEST);
  return frozen({ failures, returnAfter: ms });
}

/** An answer of the server's own about this client, or about its load: it would say the same over any transport. */
const SAME_OVER_ANY: ReadonlySet<number | null> = new Set([401, 403, 429, 503]);
const NO_CLOSE_FRAME = 1006;

/** Whether another transport might have done better. A Close frame of the peer shows that frames pass. */
export function isOfTransport({ cause, code, status }: Close): boolean {
  switch (cause) {
    case 'network':
    case 'connectTimeout':
    case 'heartbeatTimeout':
    case 'writeTimeout':
      return true;
    case 'peer':
      return code === NO_CLOSE_FRAME;
    case 'refused':
      return !SAME_OVER_ANY.has(status);
    case 'proxy':
    case 'credentials':
    case 'unauthorized':
    case 'inboxFull':
    case 'renewed':
    case 'requested':
      return false;
  }
}
