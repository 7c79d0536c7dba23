/** A socket for as long as a command runs: closed when it ends, in whatever way. */

import { connect, type ConnectOptions, type Socket } from '../index.js';
import { dialOptions, secretsOf } from './dial-options.js';
import { Secrets, textsIn } from './doctor/secrets.js';
import { commandErrorOf } from './failures.js';
import type { Given } from './given.js';
import { joinParams } from './join-params.js';
import type { Terminal } from './terminal.js';

/** Rejects with a `CommandError`, or with the reason of the terminal's signal. */
export async function withSocket<R>(
  given: Given,
  terminal: Terminal,
  options: ConnectOptions,
  use: (socket: Socket) => Promise<R>,
): Promise<R> {
  const { url, ...dial } = dialOptions(given);
  const secrets = new Set([...secretsOf({ url, ...dial }), ...textsIn(joinParams(given))]);
  const credentials = async () => {
    const found = await dial.credentials();
    if (found.authToken !== undefined) secrets.add(found.authToken);
    return found;
  };
  const { signal } = terminal;
  try {
    const socket = await connect(url, { ...dial, credentials, ...options, signal });
    const result = await useUntil(signal, socket, use);
    signal.throwIfAborted();
    return result;
  } catch (error) {
    // Whoever ended the command need not be told what that broke.
    signal.throwIfAborted();
    throw commandErrorOf(error, new Secrets([...secrets]));
  }
}

async function useUntil<R>(
  signal: AbortSignal,
  socket: Socket,
  use: (socket: Socket) => Promise<R>,
): Promise<R> {
  const hangUp = () => void socket.disconnect();
  signal.addEventListener('abort', hangUp);
  try {
    return await use(socket);
  } finally {
    signal.removeEventListener('abort', hangUp);
    await socket.disconnect();
  }
}
