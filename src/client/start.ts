/** Starts a worker: checks what it was given, then lets it run. */

import { badOption } from '../errors.js';
import { type Concurrency, CONCURRENCIES } from '../policy/concurrency.js';
import { requireBoolean, requireChoice, requireFields } from '../policy/requirements.js';
import { type Environment, environmentIn, realEnvironment } from '../sockets/environment.js';
import { type Settings, settingsOf, type SocketOptions } from '../sockets/settings.js';
import type { OnCallbackError } from '../sockets/blame.js';
import { RunningClient } from './client.js';
import type { Commands } from './commands.js';
import type { Client } from './handle.js';
import { type LivenessPolicy, type LivenessRule, livenessRule } from './liveness.js';
import type { Worker } from './turn.js';
import { WatchedClock } from './watched-clock.js';

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
  /** From when on `client.liveness()` calls the worker dead. Default: 10 s, 2 min and 30 s. */
  readonly liveness?: LivenessPolicy;
};

/** What a client is run by, besides its sockets' settings. */
export type RunTerms = {
  readonly autoConnect: boolean;
  readonly onCallbackError: OnCallbackError;
  readonly concurrency: Concurrency;
  readonly liveness: LivenessRule;
  /** Whether the worker wants to be told of each change of who is there. */
  readonly hearsPresence: boolean;
  readonly hearsReplies: boolean;
};

/** What a client is started with, checked before there is a worker. */
export type StartTerms = Omit<RunTerms, 'hearsPresence' | 'hearsReplies'> & {
  readonly settings: Settings;
};

/** Which callbacks the worker has of its own. */
type Overrides = Readonly<Record<'init' | 'handlePresence' | 'handleReply', boolean>>;

/** Throws `PHX_BAD_OPTION` or `PHX_ALREADY_STARTED`, and then nothing has started. */
export function startClient<W extends Worker>(
  worker: W,
  commands: Commands,
  options: ClientOptions,
  overrides: Overrides,
  environment?: Environment,
): Client<W> {
  const { settings, ...terms } = startTermsOf(options);
  if (settings.endpoint === null && terms.autoConnect && !overrides.init) {
    throw badOption(
      'there is no url: give the option url, return an endpoint from init, or set autoConnect to false',
    );
  }
  const outside = environment ?? environmentIn(options) ?? realEnvironment(options.telemetry);
  const client = new RunningClient(
    worker,
    settings,
    { ...terms, hearsPresence: overrides.handlePresence, hearsReplies: overrides.handleReply },
    // One timer for each push would make every push dearer: the others tell as well whether timers fire.
    { ...outside, clock: new WatchedClock(outside.clock), pushClock: outside.clock },
  );
  commands.open(client);
  client.start();
  return client;
}

/** The options, complete and checked. Throws `PHX_BAD_OPTION`. */
export function startTermsOf(options: ClientOptions): StartTerms {
  requireFields('options', options);
  const { autoConnect = true, onCallbackError = 'stop', concurrency = 'client', ...rest } = options;
  const { liveness, ...socketOptions } = rest;
  requireBoolean('autoConnect', autoConnect);
  requireChoice('concurrency', concurrency, CONCURRENCIES);
  requireOnCallbackError(onCallbackError);
  const settings = settingsOf(socketOptions);
  return { autoConnect, onCallbackError, concurrency, liveness: livenessRule(liveness), settings };
}

function requireOnCallbackError(policy: unknown): void {
  if (policy === 'stop' || policy === 'continue' || typeof policy === 'function') return;
  throw badOption(
    `onCallbackError is '${String(policy)}': write 'stop', 'continue' or a function that answers so`,
  );
}
