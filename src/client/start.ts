/** Starts a worker: checks what it was given, then lets it run. */

import { badOption } from '../errors.js';
import { type Concurrency, CONCURRENCIES } from '../policy/concurrency.js';
import { requireBoolean, requireChoice, requireFields } from '../policy/requirements.js';
import { type Environment, environmentIn, realEnvironment } from '../sockets/environment.js';
import { settingsOf, type SocketOptions } from '../sockets/settings.js';
import type { OnCallbackError } from '../sockets/blame.js';
import { RunningClient } from './client.js';
import type { Commands } from './commands.js';
import type { Client } from './handle.js';
import type { Worker } from './turn.js';

export type ClientOptions = SocketOptions & {
  /** Whether to connect after `init`. Default true; false: the worker calls `connect` itself. */
  readonly autoConnect?: boolean;
  /** What an error that escapes a callback, and is the worker's own fault, leads to. Default `stop`. */
  readonly onCallbackError?: OnCallbackError;
  /**
   * Which callbacks run one at a time. Default `client`: all of them, so that a worker's fields are its own between two awaits;
   * `topic`: those of each topic, so that a slow topic does not delay others.
   */
  readonly concurrency?: Concurrency;
};

/** What a client is run by, besides its sockets' settings. */
export type RunTerms = {
  readonly autoConnect: boolean;
  readonly onCallbackError: OnCallbackError;
  readonly concurrency: Concurrency;
  /** Whether the worker wants to be told of each change of who is there. */
  readonly hearsPresence: boolean;
};

/** Throws `PHX_BAD_OPTION` or `PHX_ALREADY_STARTED`, and then nothing has started. */
export function startClient<W extends Worker>(
  worker: W,
  commands: Commands,
  options: ClientOptions,
  overrides: { readonly init: boolean; readonly handlePresence: boolean },
  environment?: Environment,
): Client<W> {
  requireFields('options', options);
  const { autoConnect = true, onCallbackError = 'stop', ...others } = options;
  const { concurrency = 'client', ...socketOptions } = others;
  requireBoolean('autoConnect', autoConnect);
  requireChoice('concurrency', concurrency, CONCURRENCIES);
  requireOnCallbackError(onCallbackError);
  const settings = settingsOf(socketOptions);
  if (settings.endpoint === null && autoConnect && !overrides.init) {
    throw badOption(
      'there is no url: give the option url, return an endpoint from init, or set autoConnect to false',
    );
  }
  const client = new RunningClient(
    worker,
    settings,
    { autoConnect, onCallbackError, concurrency, hearsPresence: overrides.handlePresence },
    environment ?? environmentIn(options) ?? realEnvironment(options.telemetry),
  );
  commands.open(client);
  client.start();
  return client;
}

function requireOnCallbackError(policy: unknown): void {
  if (policy === 'stop' || policy === 'continue' || typeof policy === 'function') return;
  throw badOption(
    `onCallbackError is '${String(policy)}': write 'stop', 'continue' or a function that answers so`,
  );
}
