/** The auth token as the WebSocket subprotocols that Phoenix 1.8 reads it from. */

import { UsageError } from '../errors.js';

/** In spite of its name the server decodes standard base64: `-` and `_` end in HTTP 500. */
const PREFIX = 'base64url.bearer.phx.';

/** Bandit's default limit for one header; Cowboy's is 4096. */
const MAX_HEADER_BYTES = 10_000;

const HEADER = 'sec-websocket-protocol: phoenix, ';

/** `phoenix` goes with it because the server must choose one, and never chooses the token. */
export function authProtocols(token: string): readonly string[] {
  checkToken(token);
  const encoded = Buffer.from(token).toString('base64').replace(/=+$/, '');
  if (encoded.includes('/')) {
    throw bad('has "/" in its base64, which no subprotocol may hold: send it as a param');
  }
  const protocol = PREFIX + encoded;
  checkSize(HEADER.length + protocol.length);
  return ['phoenix', protocol];
}

function checkToken(token: unknown): asserts token is string {
  if (typeof token !== 'string') throw bad('is not a string: give the token itself');
  if (token === '') throw bad('is empty: leave it out when there is none');
  if (/\p{Surrogate}/u.test(token))
    throw bad('holds half a surrogate pair: give the token as issued');
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_HEADER_BYTES) return;
  const limit = `servers take ${MAX_HEADER_BYTES} at most (Bandit's default; Cowboy's is 4096)`;
  throw bad(`makes a header of ${bytes} bytes and ${limit}: use a shorter one`);
}

function bad(problem: string): UsageError {
  return new UsageError('PHX_BAD_OPTION', `the auth token ${problem}`);
}
