/** Who may read the page and press its buttons: what the browser says about where a request comes from. */

import { isIP } from 'node:net';

/** No form of another site can send it, and none of its scripts may without being asked first. */
const CONTROL_HEADER = 'x-gen-socket-client';

/**
 * Whoever owns a name can let it lead to this machine, and then is the same origin. So only addresses and localhost are
 * believed, unless the listener has seen a token.
 */
export function isBelieved(request: Request): boolean {
  if (request.headers.has('authorization')) return true;
  const host = request.headers.get('host') ?? '';
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
}

/** Why a request may not control; null: it may. */
export function refusalOf(request: Request): string | null {
  const { headers } = request;
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) {
    return 'the body is not JSON: send it with content-type application/json';
  }
  if (!headers.has(CONTROL_HEADER)) {
    return `the header ${CONTROL_HEADER} is missing: only this page may control`;
  }
  return isForeign(headers) ? 'it comes from another site: use the page itself' : null;
}

function isForeign(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return true;
  const origin = headers.get('origin');
  if (origin === null) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host');
}
