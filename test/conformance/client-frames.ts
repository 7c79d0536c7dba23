/** Reads and rewrites recorded frames by hand, so that no serializer under test vouches for itself. */

import type { Frame } from '../../src/protocol/serializer.js';

export type Version = 'v1' | 'v2';
type From = 'client' | 'server';
/** The server echoes a ref with the JSON type that it was sent. */
type Ref = string | number | null;

/** The five fields of a message. */
export type Fields = {
  readonly joinRef: Ref;
  readonly ref: Ref;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
};

/** The names in the order of a binary frame's header, and after it; its data follow. */
type Names = { [name: string]: string };
type Binary = { readonly kind: number; readonly names: Names; readonly data: Uint8Array };

const FIELDS = 5;

/** By the kind that the first byte says. */
const HEADERS = {
  client: [['joinRef', 'ref', 'topic', 'event']],
  server: [
    ['joinRef', 'topic', 'event'],
    ['joinRef', 'ref', 'topic', 'status'],
    ['topic', 'event'],
  ],
};

/** Null: no message of this version. */
export function readMessage(frame: Frame, version: Version, from: From): Fields | null {
  if (typeof frame !== 'string') return readBinary(frame, from);
  const fields = parsed(frame);
  return version === 'v2' ? readArray(fields) : readObject(fields);
}

/** The server's frame with other refs in it, and otherwise what was recorded, to the byte. */
export function withRefs(frame: Frame, refOf: (recorded: Ref) => Ref): Frame {
  if (typeof frame !== 'string') return withBinaryRefs(frame, refOf);
  const fields = parsed(frame);
  if (!Array.isArray(fields)) return withObjectRef(frame, refOf);
  const [joinRef, ref] = fields as readonly Ref[];
  const head = (first: unknown, second: unknown): string =>
    JSON.stringify([first, second]).slice(0, -1);
  return replaced(frame, head(joinRef, ref), head(refOf(joinRef ?? null), refOf(ref ?? null)));
}

function readArray(fields: unknown): Fields | null {
  if (!Array.isArray(fields) || fields.length !== FIELDS) return null;
  const [joinRef, ref, topic, event, payload] = fields as readonly unknown[];
  return {
    joinRef: refIn(joinRef),
    ref: refIn(ref),
    topic: String(topic),
    event: String(event),
    payload,
  };
}

function readObject(fields: unknown): Fields | null {
  if (typeof fields !== 'object' || fields === null || !('topic' in fields)) return null;
  const {
    topic,
    event,
    payload,
    ref,
    join_ref: joinRef,
  } = fields as { readonly [name: string]: unknown };
  return {
    joinRef: refIn(joinRef),
    ref: refIn(ref),
    topic: String(topic),
    event: String(event),
    payload,
  };
}

/** A binary reply says its status where others say their event. */
function readBinary(frame: Uint8Array, from: From): Fields {
  const { names, data } = takeApart(frame, from);
  const { joinRef, ref, topic = '', event = 'phx_reply', status } = names;
  const payload = status === undefined ? data : { status, response: data };
  return { joinRef: joinRef ?? null, ref: ref ?? null, topic, event, payload };
}

function withObjectRef(text: string, refOf: (recorded: Ref) => Ref): string {
  const { ref = null } = parsed(text) as { readonly ref?: Ref };
  return replaced(text, `"ref":${JSON.stringify(ref)}`, `"ref":${JSON.stringify(refOf(ref))}`);
}

function withBinaryRefs(frame: Uint8Array, refOf: (recorded: Ref) => Ref): Uint8Array {
  const { kind, names, data } = takeApart(frame, 'server');
  for (const name of ['joinRef', 'ref']) {
    if (names[name] !== undefined) names[name] = String(refOf(names[name]));
  }
  const texts = (HEADERS.server[kind] ?? []).map((name) => Buffer.from(names[name] ?? ''));
  return Buffer.concat([Buffer.from([kind, ...texts.map(({ length }) => length)]), ...texts, data]);
}

function takeApart(frame: Uint8Array, from: From): Binary {
  const bytes = Buffer.from(frame);
  const kind = bytes[0] ?? 0;
  const header = HEADERS[from][kind];
  if (header === undefined) throw new Error(`no ${from} sends binary frames of kind ${kind}`);
  const names: Names = {};
  let at = 1 + header.length;
  for (const [index, name] of header.entries()) {
    const end = at + (bytes[1 + index] ?? 0);
    names[name] = bytes.toString('utf8', at, end);
    at = end;
  }
  return { kind, names, data: Uint8Array.from(bytes.subarray(at)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function replaced(text: string, was: string, is: string): string {
  const parts = text.split(was);
  if (parts.length !== 2) throw new Error(`expected ${was} once in ${text}`);
  return parts.join(is);
}

function refIn(value: unknown): Ref {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
