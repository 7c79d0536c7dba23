/**
 * Phoenix's version 2 binary frames: a kind, a byte for the UTF-8 length of each name, names, data.
 *
 *     push, to the server     0, join_ref, ref, topic, event, data
 *     push, to the client     0, join_ref, topic, event, data
 *     reply                   1, join_ref, ref, topic, status, data
 *     broadcast               2, topic, event, data
 */

import type { ProtocolError } from '../errors.js';
import { badFrame } from './bad-frame.js';
import type { WireMessage } from './message.js';
import { EVENTS } from './names.js';
import { unencodable } from './unencodable.js';

const PUSH = 0;
const REPLY = 1;
const BROADCAST = 2;

/** The largest length that one byte can say. */
const MAX_NAME_BYTES = 255;

export function encodeBinaryPush(message: WireMessage, data: Uint8Array): Uint8Array {
  const { joinRef, topic, event } = message;
  if (joinRef === null || joinRef === '') throw withoutJoin(message);
  const ref = message.ref ?? '';
  const header = [
    PUSH,
    nameBytes(message, 'join_ref', joinRef),
    nameBytes(message, 'ref', ref),
    nameBytes(message, 'topic', topic),
    nameBytes(message, 'event', event),
  ];
  const names = Buffer.from(joinRef + ref + topic + event);
  const frame = new Uint8Array(header.length + names.length + data.length);
  frame.set(header);
  frame.set(names, header.length);
  frame.set(data, header.length + names.length);
  return frame;
}

export function decodeBinary(frame: Uint8Array): WireMessage | ProtocolError {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  switch (bytes[0]) {
    case PUSH:
      return decodePush(bytes);
    case REPLY:
      return decodeReply(bytes);
    case BROADCAST:
      return decodeBroadcast(bytes);
    case undefined:
      return badFrame('binary frame is empty', frame);
    default:
      return badFrame(`binary frame has the unknown kind ${bytes[0]}`, frame);
  }
}

function decodePush(bytes: Buffer): WireMessage | ProtocolError {
  const topicAt = 4 + sizeAt(bytes, 1);
  const eventAt = topicAt + sizeAt(bytes, 2);
  const dataAt = eventAt + sizeAt(bytes, 3);
  if (dataAt > bytes.length) return truncated('push', dataAt, bytes);
  return {
    joinRef: refFrom(bytes, 4, topicAt),
    ref: null,
    topic: bytes.toString('utf8', topicAt, eventAt),
    event: bytes.toString('utf8', eventAt, dataAt),
    payload: dataFrom(bytes, dataAt),
  };
}

/** Becomes what a text reply is: Phoenix sends the status in the place of the event. */
function decodeReply(bytes: Buffer): WireMessage | ProtocolError {
  const refAt = 5 + sizeAt(bytes, 1);
  const topicAt = refAt + sizeAt(bytes, 2);
  const statusAt = topicAt + sizeAt(bytes, 3);
  const dataAt = statusAt + sizeAt(bytes, 4);
  if (dataAt > bytes.length) return truncated('reply', dataAt, bytes);
  const status = bytes.toString('utf8', statusAt, dataAt);
  return {
    joinRef: refFrom(bytes, 5, refAt),
    ref: refFrom(bytes, refAt, topicAt),
    topic: bytes.toString('utf8', topicAt, statusAt),
    event: EVENTS.reply,
    payload: { status, response: dataFrom(bytes, dataAt) },
  };
}

function decodeBroadcast(bytes: Buffer): WireMessage | ProtocolError {
  const eventAt = 3 + sizeAt(bytes, 1);
  const dataAt = eventAt + sizeAt(bytes, 2);
  if (dataAt > bytes.length) return truncated('broadcast', dataAt, bytes);
  return {
    joinRef: null,
    ref: null,
    topic: bytes.toString('utf8', 3, eventAt),
    event: bytes.toString('utf8', eventAt, dataAt),
    payload: dataFrom(bytes, dataAt),
  };
}

/** A missing length counts as 0: such a frame ends inside its header, and so is truncated. */
function sizeAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

/** Phoenix writes a null ref as an empty string. */
function refFrom(bytes: Buffer, start: number, end: number): string | null {
  return start === end ? null : bytes.toString('utf8', start, end);
}

/** A view and no copy; plain, because `Buffer` has its own `slice`, `toString` and JSON. */
function dataFrom(bytes: Buffer, at: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
}

function truncated(kind: string, needed: number, bytes: Buffer): ProtocolError {
  const sizes = `its header needs ${needed} bytes, got ${bytes.length}`;
  return badFrame(`binary ${kind} is cut short: ${sizes}`, bytes);
}

function nameBytes(message: WireMessage, field: string, name: string): number {
  const size = Buffer.byteLength(name);
  if (size > MAX_NAME_BYTES) throw tooLong(message, field, size);
  if (/\p{Surrogate}/u.test(name))
    throw unencodable(message, `${field} holds half a surrogate pair`);
  return size;
}

function tooLong(message: WireMessage, field: string, size: number): Error {
  const limit = `a binary push allows ${MAX_NAME_BYTES}`;
  return unencodable(message, `${field} is ${size} bytes and ${limit}: shorten it, or push JSON`);
}

/** Phoenix reads an empty `join_ref` as "" and drops the push as stale, without a word. */
function withoutJoin(message: WireMessage): Error {
  return unencodable(message, 'a binary push needs the join_ref of its join: join the topic first');
}
