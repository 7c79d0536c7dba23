/** What a supervisor starts. */

import type { Client } from '../client/handle.js';
import type { ClientOptions } from '../client/start.js';
import { badOption } from '../errors.js';

/** A worker that has not been started. */
export interface Startable {
  start(options: ClientOptions): Client;
}

/** Throws `PHX_BAD_OPTION`. */
export function requireWorker(worker: Partial<Startable> | null | undefined): void {
  if (typeof worker?.start === 'function') return;
  throw badOption(
    'supervise was given a function that makes no worker: return a new one each time',
  );
}
