/** The server's side of both serializers: what Phoenix decodes from a client's frames, and how it encodes its own. */

import { EVENTS } from '../protocol/names.js';
import type { Frame } from '../protocol/serializer.js';
import { decodeBinaryPush, encodeBinary } from './server-binary.js';
import type { ClientMessage, ServerMessage } from './server-message.js';

export interface ServerSerializer {
  /** Throws for what Phoenix cannot decode, which crashes the socket's process. */
  decode(frame: Frame): ClientMessage;
  /** Throws for what Phoenix cannot encode, which crashes whoever asked for it. */
  encode(message: ServerMessage): Frame;
}

export const serverV2: ServerSerializer = {
  decode: (frame) => (typeof frame === 'string' ? decodeArray(frame) : decodeBinaryPush(frame)),
  encode: (message) =>
    payloadOf(message) instanceof Uint8Array ? encodeBinary(message) : encodeArray(message),
};

/** Version 1 ignores the opcode, never sends a join_ref, and has no binary payloads. */
const serverV1: ServerSerializer = {
  decode: (frame) =>
    decodeObject(typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8')),
  encode: encodeObject,
};

/** The serializer that a `vsn` picks: `~> 1.0.0`, which is also the default, or `~> 2.0.0`. */
export function serializerFor(vsn: unknown): ServerSerializer | undefined {
  if (vsn === undefined) return serverV1;
  if (typeof vsn !== 'string') return undefined;
  const major = /^([12])\.0\.(?:0|[1-9]\d*)$/.exec(vsn)?.[1];
  if (major === undefined) return undefined;
  return major === '1' ? serverV1 : serverV2;
}

/** Fewer than five elements crash the socket; more are ignored. */
function decodeArray(text: string): ClientMessage {
  const fields: unknown = JSON.parse(text);
  if (!Array.isArray(fields) || fields.length < 5) throw new Error('expected an array of five');
  const [joinRef, ref, topic, event, payload] = fields as readonly unknown[];
  return message(joinRef, ref, topic, event, payload);
}

function decodeObject(text: string): ClientMessage {
  const fields: unknown = JSON.parse(text);
  if (!isMap(fields)) throw new Error('expected an object');
  for (const key of ['topic', 'event', 'payload', 'ref']) {
    if (!Object.hasOwn(fields, key)) throw new Error(`expected the key ${key}`);
  }
  const { join_ref: joinRef, ref, topic, event, payload } = fields;
  return message(joinRef ?? null, ref, topic, event, payload);
}

function message(
  joinRef: unknown,
  ref: unknown,
  topic: unknown,
  event: unknown,
  payload: unknown,
): ClientMessage {
  if (typeof topic !== 'string' || typeof event !== 'string') {
    throw new Error('expected topic and event to be strings');
  }
  return { joinRef, ref, topic, event, payload };
}

function encodeArray(message: ServerMessage): string {
  const { topic } = message;
  switch (message.kind) {
    case 'reply':
      return JSON.stringify([message.joinRef, message.ref, topic, EVENTS.reply, body(message)]);
    case 'push':
      return JSON.stringify([message.joinRef, message.ref, topic, message.event, map(message)]);
    case 'broadcast':
      return JSON.stringify([null, null, topic, message.event, map(message)]);
  }
}

function encodeObject(message: ServerMessage): string {
  if (payloadOf(message) instanceof Uint8Array) {
    throw new Error('version 1 has no binary payloads: connect with vsn 2.0.0');
  }
  const { topic } = message;
  switch (message.kind) {
    case 'reply':
      return object(topic, EVENTS.reply, body(message), message.ref);
    case 'push':
      return object(topic, message.event, map(message), message.ref);
    case 'broadcast':
      return object(topic, message.event, map(message), null);
  }
}

function object(topic: string, event: string, payload: unknown, ref: unknown): string {
  return JSON.stringify({ topic, event, payload, ref });
}

function body(reply: ServerMessage & { kind: 'reply' }): object {
  return { status: reply.status, response: reply.response };
}

/** A reply's response may be any JSON value; the payload of a push or a broadcast must be a map. */
function map(message: Exclude<ServerMessage, { kind: 'reply' }>): object {
  if (isMap(message.payload)) return message.payload;
  throw new Error(
    `the payload of ${message.event} on ${message.topic} must be an object or bytes: Phoenix encodes no other`,
  );
}

function payloadOf(message: ServerMessage): unknown {
  return message.kind === 'reply' ? message.response : message.payload;
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
