/** What a client's channels stand on, as its settings and its environment have it. */

import type { ChannelGround } from '../channel/hub.js';
import type { WireMessage } from '../protocol/message.js';
import type { Environment } from './environment.js';
import type { Settings } from './settings.js';
import type { SocketHub } from './socket-hub.js';

export function channelGround(
  { confirmed: rule, outbox, timeouts, reconnect, rejoin, serializer, store }: Settings,
  { clock, pushClock = clock, makeKey, random, reporter }: Environment,
  client: Pick<SocketHub, 'encode' | 'nextRef'> & Pick<ChannelGround, 'unauthorized'>,
): ChannelGround {
  return {
    clock,
    pushClock,
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
    nextRef: () => client.nextRef(),
    unauthorized: () => {
      client.unauthorized();
    },
    measure: (message: WireMessage) => Buffer.byteLength(client.encode(message)),
  };
}
