/** What all channels of a client share, made of its settings and its environment. */

import type { ChannelGround } from '../channel/hub.js';
import type { WireMessage } from '../protocol/message.js';
import type { Refs } from '../protocol/ref.js';
import type { Environment } from './environment.js';
import type { Settings } from './settings.js';

export function groundOf(
  { confirmed: rule, outbox, reconnect, rejoin, serializer, store, timeouts }: Settings,
  { clock, makeKey, random, reporter }: Environment,
  refs: Refs,
): ChannelGround {
  return {
    clock,
    random,
    inspect: reporter.inspect,
    rules: {
      join: { timeout: timeouts.join, rejoin, presence: true },
      outbox,
      paramsTimeout: timeouts.credentials,
      leaveTimeout: timeouts.leave,
      stableAfter: reconnect.stableAfter,
      closeIsAwaited: serializer.attributesClose === false,
    },
    confirmed: { rule, store, timeout: timeouts.push, makeKey },
    nextRef: () => refs.next(),
    measure: (message: WireMessage) => Buffer.byteLength(serializer.encode(message)),
  };
}
