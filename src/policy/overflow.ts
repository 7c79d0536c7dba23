/** How much may wait to be sent, and what goes when too much waits. */

import { bytes, type Duration, milliseconds, type Size } from './duration.js';
import { frozen } from './frozen.js';
import { requireChoice, requireCount, requirePolicy } from './requirements.js';

/** `reject`: the new push fails; `dropOldest`: the oldest one does. */
export type WhenFull = 'reject' | 'dropOldest';

/** `false`: nothing waits; a push that cannot go out at once fails with `delivered: 'no'`. */
export type OutboxPolicy =
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
    };

export type OverflowRule = {
  readonly enabled: boolean;
  readonly messages: number;
  readonly bytes: number;
  readonly ttl: number;
  readonly whenFull: WhenFull;
};

export const DEFAULT_OUTBOX: OverflowRule = frozen({
  enabled: true,
  messages: 1000,
  bytes: 4 * 1024 * 1024,
  ttl: 60_000,
  whenFull: 'reject',
});

export function overflowRule(policy: OutboxPolicy = {}): OverflowRule {
  if (policy === false) return frozen({ ...DEFAULT_OUTBOX, enabled: false });
  requirePolicy('outbox', policy);
  const whenFull = policy.whenFull ?? DEFAULT_OUTBOX.whenFull;
  requireChoice('outbox.whenFull', whenFull, ['reject', 'dropOldest']);
  const messages = policy.messages ?? DEFAULT_OUTBOX.messages;
  requireCount('outbox.messages', messages, 1);
  return frozen({
    enabled: true,
    messages,
    bytes: bytes('outbox.size', policy.size ?? DEFAULT_OUTBOX.bytes),
    ttl: milliseconds('outbox.ttl', policy.ttl ?? DEFAULT_OUTBOX.ttl),
    whenFull,
  });
}
