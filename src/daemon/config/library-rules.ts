/** The library's own rules: each option is given to it, and what it refuses is said of the key. */

import { startTermsOf } from '../../client/start.js';
import { PHOENIX_TOPIC } from '../../protocol/names.js';
import { milliseconds } from '../../policy/duration.js';
import { DEFAULT_REJOIN, topicRejoinRule } from '../../policy/rejoin.js';
import { requireAtLeast } from '../../policy/requirements.js';
import { plainOptionsOf } from './plain-options.js';
import { type Found, refusal } from './refusal.js';
import type { ChannelConfig, Config } from './schema.js';

export function libraryRules(config: Config): readonly Found[] {
  const { url, params, serializer, ...options } = plainOptionsOf(config);
  const address = {
    ...(url !== undefined && url !== '' && { url }),
    ...(serializer !== undefined && { serializer }),
  };
  const addressFound = refusal(['url'], () => startTermsOf(address));
  // What params an address takes is only known of one that is right.
  const wire = addressFound.length > 0 ? {} : address;
  return [
    ...addressFound,
    ...(params === undefined ? [] : refusal(['params'], () => startTermsOf({ ...wire, params }))),
    ...Object.entries(options).flatMap(([name, value]) =>
      refusal([name], () => startTermsOf({ [name]: value })),
    ),
    ...Object.entries(config.channels ?? {}).flatMap(([topic, channel]) =>
      channelRules(topic, channel ?? {}),
    ),
  ];
}

const SOCKETS_OWN = {
  path: ['channels', PHOENIX_TOPIC],
  what: "is the socket's own topic, which nobody joins",
  remedy: 'leave it out',
} as const;

function channelRules(topic: string, { rejoin, timeout }: ChannelConfig): readonly Found[] {
  const path = ['channels', topic];
  return [
    ...(topic === PHOENIX_TOPIC ? [SOCKETS_OWN] : []),
    ...(rejoin === undefined
      ? []
      : refusal([...path, 'rejoin'], () => topicRejoinRule(rejoin as never, DEFAULT_REJOIN))),
    ...(timeout === undefined
      ? []
      : refusal([...path, 'timeout'], () => {
          requireAtLeast('timeout', milliseconds('timeout', timeout), 1);
        })),
  ];
}
