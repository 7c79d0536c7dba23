/** What a message from the server means. */

import { hasCode, ProtocolError } from '../errors.js';
import { badFrame, kindOf } from './bad-frame.js';
import { isMessage, problemOf } from './checked-message.js';
import type { WireMessage } from './message.js';
import { EVENTS, PHOENIX_TOPIC } from './names.js';
import type { Frame, Serializer } from './serializer.js';

/** `joinRef` is null in broadcasts, "unmatched topic" and heartbeat replies, often in version 1. */
export type Inbound =
  | {
      readonly kind: 'reply';
      readonly joinRef: string | null;
      /** Null answers a message that was sent without a ref. */
      readonly ref: string | null;
      readonly topic: string;
      readonly status: string;
      readonly response: unknown;
    }
  | {
      readonly kind: 'closed';
      readonly joinRef: string | null;
      readonly topic: string;
      readonly payload: unknown;
    }
  | {
      readonly kind: 'crashed';
      readonly joinRef: string | null;
      readonly topic: string;
      readonly payload: unknown;
    }
  | {
      readonly kind: 'message';
      readonly joinRef: string | null;
      readonly topic: string;
      readonly event: string;
      readonly payload: unknown;
    };

/** Never throws, whatever the serializer does. */
export function readFrame(serializer: Serializer, frame: Frame): Inbound | ProtocolError {
  try {
    const decoded: unknown = serializer.decode(frame);
    return isMessage(decoded) ? readMessage(decoded) : refusal(decoded, frame);
  } catch (cause) {
    return badFrame('the serializer threw', frame, cause);
  }
}

/** An event called `heartbeat` is the application's own business, except on the `phoenix` topic. */
export function readMessage(message: WireMessage): Inbound | ProtocolError {
  const { joinRef, topic, event, payload } = message;
  switch (event) {
    case EVENTS.reply:
      return readReply(message);
    case EVENTS.close:
      return { kind: 'closed', joinRef, topic, payload };
    case EVENTS.error:
      return { kind: 'crashed', joinRef, topic, payload };
    case EVENTS.join:
    case EVENTS.leave:
      return unexpected(message, `${event} comes from clients only`);
    case EVENTS.heartbeat:
      if (topic === PHOENIX_TOPIC) return unexpected(message, 'heartbeats come from clients only');
  }
  return { kind: 'message', joinRef, topic, event, payload };
}

function readReply(message: WireMessage): Inbound | ProtocolError {
  const { joinRef, ref, topic, payload } = message;
  if (!isFields(payload)) return unexpected(message, `the reply's payload is ${kindOf(payload)}`);
  const { status, response = null } = payload;
  return typeof status === 'string'
    ? { kind: 'reply', joinRef, ref, topic, status, response }
    : unexpected(message, `the reply's status is ${kindOf(status)}`);
}

function isFields(payload: unknown): payload is { readonly [name: string]: unknown } {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload);
}

/** What another copy of this package calls a `ProtocolError` is one, too. */
function refusal(decoded: unknown, frame: Frame): ProtocolError {
  if (hasCode(decoded, 'PHX_BAD_FRAME', 'PHX_UNEXPECTED_MESSAGE')) {
    return decoded;
  }
  if (decoded instanceof Error) return badFrame('the serializer returned an error', frame, decoded);
  return badFrame(`the serializer returned no message: ${problemOf(decoded)}`, frame);
}

function unexpected(message: WireMessage, problem: string): ProtocolError {
  const { joinRef, ref, topic, event } = message;
  const head = JSON.stringify([joinRef, ref, topic, event]);
  return new ProtocolError('PHX_UNEXPECTED_MESSAGE', problem, head);
}
