/** The part of a configuration that the library takes as it is. */

import type { ClientOptions } from '../../client/start.js';
import { clientFields } from './client-schema.js';
import type { Config } from './schema.js';

/** Without what lies in files and stores, and without what is the daemon's own. */
export function plainOptionsOf(config: Config): ClientOptions {
  const { outbox, websocket, inbox } = config;
  const given = Object.entries(config).filter(([name]) => name in clientFields);
  const { credentials: _, ...plain } = Object.fromEntries(given);
  return {
    ...plain,
    ...(outbox !== undefined && { outbox: outbox === false ? false : without(outbox, 'store') }),
    ...(websocket !== undefined && { websocket: without(websocket, 'tls') }),
    ...(inbox !== undefined && { inbox: without(without(inbox, 'size'), 'store') }),
  } as ClientOptions;
}

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}
