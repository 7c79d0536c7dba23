/** The first connection of a socket: resolves when it is open, rejects with what failed. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { ContractOf, Untyped } from '../contract.js';
import { badOption, hasCode, type PhoenixSocketError, TransportError } from '../errors.js';
import { requireBoolean } from '../policy/requirements.js';
import type { Close } from '../protocol/close.js';
import { type Environment, realEnvironment } from '../sockets/environment.js';
import { OPTION_NAMES, requireOptions } from '../sockets/option-names.js';
import { settingsOf, type SocketOptions } from '../sockets/settings.js';
import { requireSignal } from '../sockets/topic-commands.js';
import { OpenSocket } from './open-socket.js';
import type { Socket } from './socket.js';
import { SocketCore } from './socket-core.js';

export type ConnectOptions = Omit<SocketOptions, 'url'> & {
  /** Whether the first connection is tried again as `reconnect` says, too. Default false: its first failure rejects. */
  readonly retry?: boolean;
  /** Gives the first connection up when it aborts: `connect` rejects with its reason. Later it means nothing. */
  readonly signal?: AbortSignal;
};

/**
 * Connects, and resolves when the socket is open. Rejects with a `TransportError` when the first attempt fails, unless
 * `retry`; with what `credentials` threw to end all attempts (`PHX_UNAUTHORIZED`); with a `StoreError` when `outbox.store` cannot be
 * opened; and with `PHX_BAD_OPTION`. Then nothing is left running. Later losses are the reconnect policy's.
 */
export function connect<C extends ContractOf<C> = Untyped>(
  url: string | URL,
  options: ConnectOptions = {},
): Promise<Socket<C>> {
  return connectIn(() => realEnvironment(options.telemetry), url, options);
}

/** What a worker alone may be given. */
const OF_WORKERS = ['url', 'autoConnect', 'onCallbackError', 'concurrency'];
const CONNECT_OPTIONS = [
  ...Object.keys(OPTION_NAMES).filter((name) => !OF_WORKERS.includes(name)),
  'retry',
  'signal',
];

/** The same, in a time and with a chance of one's own. */
export async function connectIn<C extends ContractOf<C> = Untyped>(
  environment: () => Environment,
  url: string | URL,
  options: ConnectOptions,
): Promise<Socket<C>> {
  requireOptions(options, CONNECT_OPTIONS);
  const { retry = false, signal, ...socketOptions } = options;
  requireBoolean('retry', retry);
  if (signal !== undefined) requireSignal(signal);
  const settings = settingsOf({ ...socketOptions, url });
  if (settings.endpoint === null) throw badOption('connect was given no url: write where it leads');
  signal?.throwIfAborted();
  const core = new SocketCore(settings, environment());
  const end = await core.open(retry, signal);
  if (signal?.aborted === true) await core.disconnect();
  signal?.throwIfAborted();
  if (end === null) return new OpenSocket(core) as unknown as Socket<C>;
  throw end.kind === 'gaveUp' ? failureOf(end.close) : end.error;
}

function failureOf(close: Close): PhoenixSocketError {
  const { error, reason } = close;
  if (hasCode(error, 'PHX_BAD_OPTION', 'PHX_MISSING_DEPENDENCY')) return error;
  switch (close.cause) {
    case 'refused':
      return new TransportError('PHX_UPGRADE_REFUSED', refusal(close), close);
    case 'connectTimeout':
      return new TransportError('PHX_CONNECT_TIMEOUT', `connect: ${reason}`, close);
    case 'credentials':
      return new TransportError('PHX_CREDENTIALS_FAILED', undialed(close), close);
    case 'network':
    case 'proxy':
      return new TransportError('PHX_DIAL_FAILED', `connect: ${reason}`, close);
    case 'unauthorized':
    case 'renewed':
    case 'peer':
    case 'heartbeatTimeout':
    case 'writeTimeout':
    case 'inboxFull':
    case 'requested':
      return new TransportError('PHX_CONNECTION_LOST', `connect: ${reason}`, close);
  }
}

/** Not in the words of whoever threw: they may quote a token. */
function undialed({ error, reason }: Close): string {
  return `connect: ${error === undefined ? reason : 'credentials failed: the cause says why'}`;
}

function refusal({ status }: Close): string {
  const what = `connect: the server refused the upgrade with HTTP status ${status ?? 'unknown'}`;
  if (status === 401 || status === 403) return `${what}: check the credentials, and check_origin`;
  return status === 404 ? `${what}: check the path of the url` : what;
}
