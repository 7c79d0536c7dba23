/** What a server's answer to a request of a long poll says: the status is in the body, that of HTTP is always 200. */

import type { Close } from '../protocol/close.js';

export type Answer = {
  readonly kind: 'answer';
  readonly status: number;
  readonly token: string | null;
  readonly messages: readonly string[];
  /** Of HTTP, for a refusal. */
  readonly headers: { readonly [name: string]: string };
};

/** There is no answer that could be read. */
export type Failure = { readonly kind: 'failed'; readonly close: Close };

export type Outcome = Answer | Failure;

/** RFC 6455, 7.4.1; long poll has no Close frames, so these name what a WebSocket would have said. */
const PROTOCOL_ERROR = 1002;
const TOO_LARGE = 1009;
const SERVER_ERROR = 1011;

/** The code of phoenix.js for a session that the server does not know any more. */
const SESSION_GONE = 3410;

export function answerIn(bytes: Uint8Array, headers: Answer['headers']): Outcome {
  const fields = parsed(bytes);
  if (fields === null)
    return broken('the answer is no JSON object: is long poll switched on there?');
  const { status, token = null, messages = [] } = fields;
  if (typeof status !== 'number') return broken('the answer has no status');
  if (token !== null && typeof token !== 'string') return broken('the token is no text');
  if (!areTexts(messages)) return broken('the messages are no list of texts');
  return { kind: 'answer', status, token, messages, headers };
}

export function tooLarge(maxPayload: number): Failure {
  const reason = `the answer is longer than maxPayload (${maxPayload} bytes): raise longpoll.maxPayload`;
  return failed(TOO_LARGE, reason);
}

/** A frame that no server takes. */
export function unsendable(why: string): Close {
  return ended(TOO_LARGE, `a frame cannot be sent: ${why}`);
}

export function unexpected(status: number): Close {
  return ended(
    PROTOCOL_ERROR,
    `the server answered with the status ${status}, which means nothing here`,
  );
}

export function sessionGone(): Close {
  return ended(SESSION_GONE, 'the server does not know the session any more');
}

/** A frame took longer than the server's window, by default 10 s; it has dropped those behind it. */
export function notHandled(): Close {
  return ended(SERVER_ERROR, 'the server did not handle a frame within its window');
}

function broken(reason: string): Failure {
  return failed(PROTOCOL_ERROR, reason);
}

function failed(code: number, reason: string): Failure {
  return { kind: 'failed', close: ended(code, reason) };
}

function ended(code: number, reason: string): Close {
  return { cause: 'peer', code, reason, status: null };
}

function parsed(bytes: Uint8Array): { readonly [field: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
