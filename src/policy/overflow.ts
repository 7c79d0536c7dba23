/** How much may wait to be sent, and what goes when too much waits. */

import { badOption } from '../errors.js';
import { bytes, type Duration, milliseconds, type Size } from './duration.js';
import { frozen } from './frozen.js';
import { requireChoice, requireCount, requirePolicy, requireText } from './requirements.js';

/**
 * What goes when a push finds the outbox of its topic full:
 *
 * - `reject`: the push itself fails, and what waits stays as it is. (What Vector and Kotlin call dropping the newest.)
 * - `dropOldest`: those that have waited longest fail, as many as it needs. For values of which only the latest matter.
 * - `dropNewest`: those that came last before it fail, as many as it needs: what has waited long stays, and of the rest
 *   only the latest. (As .NET's `DropNewest` and Akka's `dropTail`.)
 * - `block`: it waits outside until there is room, in the order of the calls, and `queued()` with it; its TTL runs from the
 *   call. At most as much may wait outside as the outbox holds, in number and in bytes; beyond that it fails.
 *
 * Of confirmed pushes none is dropped for another: `dropOldest` and `dropNewest` are `reject` to them.
 *
 * A push larger than the whole outbox always fails, and drops nothing. What `handleJoined` has pushed goes last under
 * `dropOldest`. Each fails with `PHX_PUSH_DROPPED`, `delivered: 'no'`, and is told to telemetry as `push.dropped`.
 */
export type WhenFull = 'reject' | 'dropOldest' | 'dropNewest' | 'block';

const WHEN_FULL: readonly WhenFull[] = ['reject', 'dropOldest', 'dropNewest', 'block'];

/** What waits to be sent. `false`: nothing waits; a push that cannot go out at once fails with `delivered: 'no'`. */
export type OverflowPolicy =
  | false
  | {
      /** Per topic. Default 1000: a minute's outage at 16 pushes a second. */
      readonly messages?: number;
      /** Per topic, encoded. Default 4 MiB: what a process can lose without notice, and hold without one. */
      readonly size?: Size;
      /** How long a push may wait to be sent. Default 60 s: what is older is rarely still true. */
      readonly ttl?: Duration;
      /** Default `reject`: the one who pushes too much is the one who is told. */
      readonly whenFull?: WhenFull;
      /**
       * The field of a confirmed push's payload that carries its idempotency key. Default `idempotency_key`: Phoenix payloads are
       * written in snake case.
       */
      readonly keyField?: string;
    };

export type OverflowRule = {
  readonly enabled: boolean;
  readonly messages: number;
  readonly bytes: number;
  readonly ttl: number;
  readonly whenFull: WhenFull;
  readonly keyField: string;
};

export const DEFAULT_OUTBOX: OverflowRule = frozen({
  enabled: true,
  messages: 1000,
  bytes: 4 * 1024 * 1024,
  ttl: 60_000,
  whenFull: 'reject',
  keyField: 'idempotency_key',
});

/** What a server in JavaScript would find in every payload, or make a prototype of. */
const NO_FIELDS = ['__proto__', 'constructor', 'prototype'];

export function overflowRule(policy: OverflowPolicy = {}): OverflowRule {
  if (policy === false) return frozen({ ...DEFAULT_OUTBOX, enabled: false });
  requirePolicy('outbox', policy);
  const whenFull = policy.whenFull ?? DEFAULT_OUTBOX.whenFull;
  requireChoice('outbox.whenFull', whenFull, WHEN_FULL);
  const messages = policy.messages ?? DEFAULT_OUTBOX.messages;
  requireCount('outbox.messages', messages, 1);
  const keyField = policy.keyField ?? DEFAULT_OUTBOX.keyField;
  requireText('outbox.keyField', keyField);
  if (NO_FIELDS.includes(keyField)) {
    throw badOption(`outbox.keyField is ${keyField}, which every object has: choose another name`);
  }
  return frozen({
    enabled: true,
    messages,
    bytes: bytes('outbox.size', policy.size ?? DEFAULT_OUTBOX.bytes),
    ttl: milliseconds('outbox.ttl', policy.ttl ?? DEFAULT_OUTBOX.ttl),
    whenFull,
    keyField,
  });
}
