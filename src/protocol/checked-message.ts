/** The five fields as a peer sent them, checked. */

import type { ProtocolError } from '../errors.js';
import { badFrame, kindOf } from './bad-frame.js';
import type { WireMessage } from './message.js';
import type { Frame } from './serializer.js';

type UncheckedMessage = { readonly [Field in keyof WireMessage]: unknown };

/** Numeric refs become strings: Phoenix echoes refs with the type it was sent. */
export function checkMessage(
  unchecked: UncheckedMessage,
  frame: Frame,
): WireMessage | ProtocolError {
  if (isMessage(unchecked)) return unchecked;
  const { joinRef, ref } = unchecked;
  const message = { ...unchecked, joinRef: refText(joinRef), ref: refText(ref) };
  return isMessage(message) ? message : badFrame(problemOf(message), frame);
}

export function isMessage(value: unknown): value is WireMessage {
  return (
    isObject(value) &&
    isRef(value.joinRef) &&
    isRef(value.ref) &&
    typeof value.topic === 'string' &&
    typeof value.event === 'string'
  );
}

/** Why a value is no message. */
export function problemOf(value: unknown): string {
  if (!isObject(value)) return `it is ${kindOf(value)}`;
  const { joinRef, ref, topic, event } = value;
  if (!isRef(joinRef)) return `join_ref is ${kindOf(joinRef)}`;
  if (!isRef(ref)) return `ref is ${kindOf(ref)}`;
  if (typeof topic !== 'string') return `topic is ${kindOf(topic)}`;
  return `event is ${kindOf(event)}`;
}

function isObject(value: unknown): value is Partial<UncheckedMessage> {
  return typeof value === 'object' && value !== null;
}

function isRef(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}

function refText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
