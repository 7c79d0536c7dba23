/** Phoenix's version 1 frames: a JSON object, and no binary payloads. */

import type { ProtocolError } from '../errors.js';
import { badFrame, kindOf, notJson } from './bad-frame.js';
import { isBytes } from './bytes.js';
import { checkMessage } from './checked-message.js';
import { payloadText, wellFormed } from './json-text.js';
import type { WireMessage } from './message.js';
import { EVENTS } from './names.js';
import type { Frame, Serializer } from './serializer.js';
import { unencodable } from './unencodable.js';

type Fields = { readonly [name: string]: unknown };

export const v1: Serializer = { vsn: '1.0.0', attributesClose: false, encode, decode };

function encode(message: WireMessage): Frame {
  if (isBytes(message.payload)) throw unencodable(message, 'version 1 has no bytes: use version 2');
  const { topic, event, ref, joinRef } = message;
  const head = JSON.stringify({ topic, event, ref, join_ref: joinRef });
  return wellFormed(`${head.slice(0, -1)},"payload":${payloadText(message)}}`, message);
}

/** Bytes are read as text: version 1 does not look at the opcode. */
function decode(frame: Frame): WireMessage | ProtocolError {
  const text = typeof frame === 'string' ? frame : textOf(frame);
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return notJson(text);
  }
  return isFields(fields)
    ? messageOf(fields, text)
    : badFrame(`expected an object, got ${kindOf(fields)}`, text);
}

/** Phoenix sends `join_ref` never, and the join's in `ref` when the join has ended. */
function messageOf(fields: Fields, text: string): WireMessage | ProtocolError {
  const { topic, event, payload, ref = null, join_ref: joinRef = null } = fields;
  if (payload === undefined) return badFrame('payload is missing', text);
  const endsJoin = event === EVENTS.close || event === EVENTS.error;
  const attributed = joinRef ?? (endsJoin ? ref : null);
  return checkMessage({ joinRef: attributed, ref, topic, event, payload }, text);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(frame: Uint8Array): string {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8');
}
