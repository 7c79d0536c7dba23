/** A socket for as long as a command runs: closed when it ends, in whatever way. */

import { connect, type ConnectOptions, type Socket } from '../index.js';
import { dialOptions } from './dial-options.js';
import { commandErrorOf } from './failures.js';
import type { Given } from './given.js';
import type { Terminal } from './terminal.js';

/** Rejects with a `CommandError`. */
export async function withSocket<R>(
  given: Given,
  terminal: Terminal,
  options: ConnectOptions,
  use: (socket: Socket) => Promise<R>,
): Promise<R> {
  try {
    const { url, ...dial } = dialOptions(given);
    const socket = await connect(url, { ...dial, ...options, signal: terminal.signal });
    const hangUp = () => void socket.disconnect();
    terminal.signal.addEventListener('abort', hangUp);
    try {
      return await use(socket);
    } finally {
      terminal.signal.removeEventListener('abort', hangUp);
      await socket.disconnect();
    }
  } catch (error) {
    // Whoever ended the command need not be told what that broke.
    terminal.signal.throwIfAborted();
    throw commandErrorOf(error);
  }
}
