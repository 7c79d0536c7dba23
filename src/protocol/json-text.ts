/** Outgoing JSON text, refusing what would be lost on the way. */

import type { WireMessage } from './message.js';
import { unencodable } from './unencodable.js';

/** The escape itself, after no odd backslash that would escape it. */
const HALF_PAIR = /[^\\](?:\\\\)*\\ud/;

/** A push without a payload carries `{}`. */
export function payloadText(message: WireMessage): string {
  if (message.payload === undefined) return '{}';
  const text = stringify(message);
  if (text !== undefined) return text;
  throw unencodable(message, 'the payload has no JSON form: push a JSON value or bytes');
}

/**
 * Refuses half a surrogate pair, which `JSON.stringify` writes as an escape. Elixir's JSON decoders
 * reject it, and a frame that Phoenix cannot decode ends the whole socket with 1011.
 */
export function wellFormed(text: string, message: WireMessage): string {
  if (!text.includes('\\ud') || !HALF_PAIR.test(text)) return text;
  throw unencodable(
    message,
    'a string holds half a surrogate pair: cut strings between characters',
  );
}

function stringify(message: WireMessage): string | undefined {
  try {
    return JSON.stringify(message.payload);
  } catch (cause) {
    throw unencodable(
      message,
      'the payload is not JSON: no BigInt, no cycle, no throwing toJSON',
      cause,
    );
  }
}
