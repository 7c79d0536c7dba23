/** A worker that outlives its crashes: each is followed by a fresh one, under one handle. */

import type { Client } from '../client/handle.js';
import type { GenSocketClient } from '../client/gen-socket-client.js';
import { type ClientOptions, startTermsOf } from '../client/start.js';
import { badOption } from '../errors.js';
import { type RestartPolicy, restartRule } from '../policy/restart.js';
import { requireFields, shown } from '../policy/requirements.js';
import { environmentIn, realEnvironment } from '../sockets/environment.js';
import { type CrashTeller, type SupervisedStatus, Supervisor } from './supervisor.js';

/** A worker of any contract. */
export type AnyWorker = Pick<GenSocketClient, 'handleInfo' | 'terminate'> & {
  start(options?: ClientOptions): Client;
  handleCall(request: never): unknown;
  handleInfo(info: never): unknown;
};

export type SuperviseOptions = {
  /** Default: three crashes a minute are cured, the first at once; the fourth ends it. */
  readonly restart?: RestartPolicy;
};

/** A handle that goes on over restarts. */
export interface SupervisedClient<W extends AnyWorker> extends Client<W> {
  /** Between two lives `disconnected`. */
  readonly status: SupervisedStatus;
  changes(): AsyncIterable<SupervisedStatus>;
}

/**
 * Starts the worker that `make` returns, and another one after each crash: an error that escaped a callback, or one that `make`
 * or `start` throws. The next begins when the last has stopped, its transports included, and is told of nothing: what it must
 * know, `make` gives it. What ends otherwise (`stop`, `drain`, a reconnect policy that gave up) is not started again. More
 * crashes within `restart.period` than `restart.max` end it: `stopped` is then `crashed` with a `PHX_TOO_MANY_CRASHES`, whose
 * `cause` is the last one. So does the first crash that every other life would repeat: a store that is corrupt or of a newer
 * version, an option that cannot be right, a dependency that is missing.
 *
 * Pushes, joins and calls that a life had begun are settled by its end. `call` and `notify` while there is no worker wait for the
 * next one: a call within its timeout, and as many of both together as `inbox.messages` allows (`PHX_MAILBOX_FULL`). The endpoint
 * given to `connect` is the `url` of all lives to come, also where no worker is there to connect.
 *
 * Throws `PHX_BAD_OPTION` at once, and then nothing has started.
 */
export function supervise<W extends AnyWorker>(
  make: () => W,
  options: ClientOptions & SuperviseOptions = {},
): SupervisedClient<W> {
  return supervised(make, options, () => undefined);
}

/** The same, for who tells the words of each crash. */
export function supervised<W extends AnyWorker>(
  make: () => W,
  options: ClientOptions & SuperviseOptions,
  tellCrash: CrashTeller,
): SupervisedClient<W> {
  requireFields('options', options);
  if (typeof make !== 'function') {
    throw badOption(`supervise was given ${shown(make)}: write () => new Worker()`);
  }
  const { restart, ...clientOptions } = options;
  const supervisor = new Supervisor(
    make,
    clientOptions,
    startTermsOf(clientOptions),
    restartRule(restart),
    environmentIn(options) ?? realEnvironment(options.telemetry),
    tellCrash,
  );
  supervisor.start();
  return supervisor;
}
