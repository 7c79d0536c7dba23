/** What the library is started with, made of a configuration. */

import type { ClientOptions } from '../../client/start.js';
import { milliseconds } from '../../policy/duration.js';
import { levelStore } from '../../store/level-store.js';
import { credentialsOf } from './credentials.js';
import { plainOptionsOf } from './plain-options.js';
import type { Config } from './schema.js';
import { tlsOf } from './tls-files.js';

const CREDENTIALS_TIMEOUT = '10s';

/**
 * Files of credentials are read before each dial; those of `websocket.tls` now, too. Opens nothing: a store is opened by the client
 * that uses it. Throws `PHX_CREDENTIALS_FILE` and `PHX_BAD_OPTION`.
 */
export function clientOptionsOf(config: Config): ClientOptions {
  const { credentials, outbox, websocket } = config;
  const plain = plainOptionsOf(config);
  const timeout = credentialsTimeout(config);
  const store = outbox === false ? undefined : outbox?.store;
  return {
    ...plain,
    ...(credentials !== undefined && { credentials: credentialsOf(credentials, timeout) }),
    ...(store !== undefined && { outbox: { ...plain.outbox, store: levelStore(store) } }),
    ...(websocket?.tls !== undefined && {
      websocket: { ...plain.websocket, tls: tlsOf(websocket.tls) },
    }),
  };
}

/** For whatever the application is asked: credentials, and the params of a join. */
export function credentialsTimeout({ timeouts }: Config): number {
  return milliseconds('timeouts.credentials', timeouts?.credentials ?? CREDENTIALS_TIMEOUT);
}
