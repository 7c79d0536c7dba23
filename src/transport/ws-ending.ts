/** What the events of a `ws` socket say about the end of a session. */

import { hasCode, UsageError } from '../errors.js';
import { lost, type Close } from '../protocol/close.js';
import { cutByPeer, NO_CLOSE_FRAME } from './close-frame.js';
import { ProxyFailure } from './proxy-failure.js';

/** How far the dial had come: sent, answered with 101, found valid. */
export type Stage = 'dialed' | 'answered' | 'open';

const AUTH_TOKEN_DISABLED =
  "the server's socket does not enable auth_token: set `auth_token: true` on it, or send the token as a param";

/** RFC 6455, 7.4.1: the codes with which this end fails a connection. */
const PROTOCOL_ERROR = 1002;

const CODES: { readonly [code: string]: number } = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

export function failureOf(stage: Stage, error: Error, maxPayload: number): Close {
  switch (stage) {
    case 'dialed':
      return networkFailure(error);
    case 'answered':
      return handshakeFailure(error);
    case 'open':
      return frameFailure(error, maxPayload);
  }
}

/** Name look-up, TCP, TLS, HTTP or the proxy failed before there was an answer. */
export function networkFailure(error: unknown): Close {
  if (error instanceof ProxyFailure) return error.close;
  return lost('network', describe(error), error);
}

/**
 * Node refused what the dial was made of before it did anything: no later dial would fare better. Only its own
 * word for that counts, because an agent of the caller's may throw for a reason that passes.
 */
export function dialFailure(error: unknown): Close {
  const failure = networkFailure(error);
  if (hasCode(error, 'PHX_BAD_OPTION')) return failure;
  if (!(error instanceof Error) || !codeOf(error).startsWith('ERR_INVALID_')) return failure;
  const message = `${failure.reason}: correct websocket.agent, websocket.tls or the headers`;
  return { ...failure, error: new UsageError('PHX_BAD_OPTION', message, { cause: error }) };
}

/** A socket without `auth_token` agrees to the upgrade and chooses none of the subprotocols. */
export function authTokenDisabled(): Close {
  return lost('peer', AUTH_TOKEN_DISABLED);
}

export function byPeer(code: number, reason: Buffer): Close {
  if (code === NO_CLOSE_FRAME) return cutByPeer();
  return { cause: 'peer', code, reason: reason.toString('utf8'), status: null };
}

/** A close that was asked for keeps its own code, because servers answer with another (Bandit: 1000). */
export function asEnded(ending: Close, code: number): Close {
  const unanswered = ending.cause === 'requested' && code === NO_CLOSE_FRAME;
  return unanswered ? { ...ending, code } : ending;
}

/** The server agreed to the upgrade, but not as RFC 6455 wants it. */
function handshakeFailure(error: Error): Close {
  return lost('peer', error.message, error);
}

/** The peer sent what is no frame, or one that this end does not take. */
function frameFailure(error: Error, maxPayload: number): Close {
  const code = closeCodeOf(error);
  const reason = code === 1009 ? tooLarge(maxPayload) : error.message;
  return { cause: 'peer', code, reason, status: null, error };
}

function tooLarge(maxPayload: number): string {
  return `the peer's frame is longer than maxPayload (${maxPayload} bytes): raise websocket.maxPayload`;
}

/** `ws` keeps the code that it closes with to itself: what it tells is the error's own code. */
function closeCodeOf(error: Error): number {
  const code = codeOf(error);
  if (code.startsWith('Z_')) return 1007;
  return CODES[code] ?? PROTOCOL_ERROR;
}

/** A host with several addresses fails with an error for each, and no message of its own. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(describe).join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
