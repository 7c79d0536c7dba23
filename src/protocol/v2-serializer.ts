/** Phoenix's version 2 frames: a JSON array of five, or binary for a payload of bytes. */

import type { ProtocolError } from '../errors.js';
import { badFrame, kindOf, notJson } from './bad-frame.js';
import { type Bytes, isBytes, viewOf } from './bytes.js';
import { checkMessage } from './checked-message.js';
import { payloadText, wellFormed } from './json-text.js';
import type { WireMessage } from './message.js';
import type { Frame, Serializer } from './serializer.js';
import { unencodable } from './unencodable.js';
import { decodeBinary, encodeBinaryPush } from './v2-binary.js';

const FIELDS = 5;

export const v2: Serializer = { vsn: '2.0.0', encode, decode };

function encode(message: WireMessage): Frame {
  const { payload } = message;
  return isBytes(payload)
    ? encodeBinaryPush(message, attached(payload, message))
    : encodeText(message);
}

function decode(frame: Frame): WireMessage | ProtocolError {
  return typeof frame === 'string' ? decodeText(frame) : decodeBinary(frame);
}

function encodeText(message: WireMessage): string {
  const { joinRef, ref, topic, event } = message;
  const head = JSON.stringify([joinRef, ref, topic, event]);
  return wellFormed(`${head.slice(0, -1)},${payloadText(message)}]`, message);
}

function attached(payload: Bytes, message: WireMessage): Uint8Array {
  try {
    return viewOf(payload);
  } catch (cause) {
    throw unencodable(message, 'the payload was transferred away: push a copy', cause);
  }
}

function decodeText(text: string): WireMessage | ProtocolError {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return notJson(text);
  }
  return Array.isArray(fields)
    ? messageOf(fields, text)
    : badFrame(`expected an array of five, got ${kindOf(fields)}`, text);
}

/** Phoenix ignores elements after the fifth, and so does this. */
function messageOf(fields: readonly unknown[], text: string): WireMessage | ProtocolError {
  if (fields.length < FIELDS)
    return badFrame(`expected an array of five, got ${fields.length}`, text);
  const message = {
    joinRef: fields[0],
    ref: fields[1],
    topic: fields[2],
    event: fields[3],
    payload: fields[4],
  };
  return checkMessage(message, text);
}
