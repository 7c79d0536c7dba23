/** The five-field message of Phoenix Channels, and how each outgoing kind is made. */

import { EVENTS, PHOENIX_TOPIC } from './names.js';

/**
 * What one frame carries. Refs are strings: Phoenix compares `join_ref` by strict equality and echoes
 * whatever type it was sent, and binary frames can only carry strings.
 */
export type WireMessage = {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
};

/** A join carries its own ref as `join_ref`: that pair names this membership until it ends. */
export function joinMessage(topic: string, joinRef: string, params: unknown): WireMessage {
  return { joinRef, ref: joinRef, topic, event: EVENTS.join, payload: params };
}

export function leaveMessage(topic: string, joinRef: string, ref: string): WireMessage {
  return { joinRef, ref, topic, event: EVENTS.leave, payload: {} };
}

export function pushMessage(
  topic: string,
  joinRef: string,
  ref: string,
  event: string,
  payload: unknown,
): WireMessage {
  return { joinRef, ref, topic, event, payload };
}

/** Answered by the transport process itself, so it proves the socket and no channel. */
export function heartbeatMessage(ref: string): WireMessage {
  return { joinRef: null, ref, topic: PHOENIX_TOPIC, event: EVENTS.heartbeat, payload: {} };
}
