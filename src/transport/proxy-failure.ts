/** What goes wrong at a proxy: it cannot be reached, it refuses, or it cannot be asked. */

import { STATUS_CODES } from 'node:http';
import type { Close } from '../protocol/close.js';
import { NO_CLOSE_FRAME } from './close-frame.js';

/** An error of a dial that knows how the dial ended. */
export class ProxyFailure extends Error {
  readonly close: Close;

  constructor(close: Close) {
    super(close.reason, { cause: close.error });
    this.close = close;
  }
}

/** `words` say why, in the network's words; `error` is what was thrown. */
export function unreachable(proxy: URL, words: string, error: unknown): ProxyFailure {
  return failed(`the proxy ${proxy.host} cannot be used: ${words}`, null, { error });
}

/** Of a dial's deadline: the proxy's share is over before the whole, so that it can be said who was waited for. */
const SHARE = 0.9;

/** Milliseconds of `deadline` that a proxy may take to answer CONNECT. */
export function proxyShare(deadline: number): number {
  return Math.floor(deadline * SHARE);
}

export function unansweredConnect(ms: number): Error {
  return new Error(`it did not answer CONNECT within ${ms} ms`);
}

export type ProxyAnswer = {
  readonly statusCode: number;
  readonly statusText: string;
  readonly headers: { readonly [name: string]: unknown };
};

export function refusedByProxy(proxy: URL, answer: ProxyAnswer): ProxyFailure {
  const { statusCode: status, headers } = answer;
  if (!Number.isInteger(status)) return failed(`the proxy ${proxy.host} does not speak HTTP`, null);
  const text = answer.statusText || STATUS_CODES[status] || '';
  const reason = `the proxy ${proxy.host} refused with HTTP status ${status} ${text}`.trimEnd();
  const response = { headers: textsOf(headers), body: '' };
  return failed(status === 407 ? `${reason}: ${CREDENTIALS}` : reason, status, { response });
}

const CREDENTIALS = 'give user and password in its address, http://user:password@host:port';

function failed(
  reason: string,
  status: number | null,
  rest: Pick<Close, 'error' | 'response'> = {},
): ProxyFailure {
  return new ProxyFailure({ cause: 'proxy', code: NO_CLOSE_FRAME, reason, status, ...rest });
}

/** Cookies are secrets, and a close may be logged whole. */
function textsOf(headers: ProxyAnswer['headers']): { readonly [name: string]: string } {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat().join(', ')]));
}
