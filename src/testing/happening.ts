/** What a client does that a test may expect, and how a failed expectation shows it. */

import { inspect } from 'node:util';
import { redacted } from '../protocol/endpoint.js';
import type { CloseFrame } from '../transport/close-frame.js';
import type { MemoryDial } from '../transport/memory-transport.js';
import type { ClientRequest } from './client-request.js';

export type Dialled = { readonly kind: 'dial'; readonly dial: MemoryDial };
export type HungUp = { readonly kind: 'disconnect'; readonly closed: CloseFrame };
export type Happening = Dialled | ClientRequest | HungUp;

/** Params and payloads as they are: whoever wrote the test knows them. Those of the dial are left out, they may be real. */
export function lineOf(happening: Happening): string {
  switch (happening.kind) {
    case 'dial':
      return `dialled ${redacted(happening.dial.request.url)}`;
    case 'disconnect':
      return `hung up with code ${happening.closed.code}`;
    case 'leave':
      return `left '${happening.message.topic}'`;
    case 'join': {
      const { topic, payload } = happening.message;
      return `joined '${topic}' with ${shownPayload(payload)}`;
    }
    case 'push': {
      const { topic, event, payload } = happening.message;
      return `pushed '${event}' to '${topic}' with ${shownPayload(payload)}`;
    }
  }
}

export function shownPayload(payload: unknown): string {
  return inspect(payload, { depth: 4, breakLength: Infinity, maxStringLength: 200 });
}
