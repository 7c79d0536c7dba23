/** Where a server listens: bound, with the file of a Unix socket replaced if whoever made it is gone. */

import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { ListenAddress } from './listen-address.js';

/**
 * Resolves with the address it has then. A process that was killed leaves the file of its Unix socket behind: one where nobody
 * listens is replaced.
 */
export async function bind(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    await once(server.listen(address), 'listening');
  } catch (error) {
    if (!('path' in address) || !(await isAbandoned(address.path))) throw error;
    await unlink(address.path);
    await once(server.listen(address), 'listening');
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return address;
  return { host: bound.address, port: bound.port };
}

/** Whether it is a Unix socket that nobody listens on. */
async function isAbandoned(path: string): Promise<boolean> {
  const connection = connect(path);
  try {
    await once(connection, 'connect');
    return false;
  } catch (error) {
    return (
      (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' && (await lstat(path)).isSocket()
    );
  } finally {
    connection.destroy();
  }
}
