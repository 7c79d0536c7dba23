/** Where a process listens, as people write it: a port, a host with a port, or the path of a Unix socket. */

import { badOption } from '../errors.js';
import { shown } from '../policy/requirements.js';

export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

const LAST_PORT = 65_535;
const LOOPBACK = '127.0.0.1';

/** Loopback, unless a host is given. Throws `PHX_BAD_OPTION`. */
export function listenAddress(option: string, listen: unknown): ListenAddress {
  if (typeof listen === 'string' && listen.includes('/')) return { path: listen };
  const [, host, text] = /^(?:(.+):)?(\d{1,5})$/.exec(textOf(listen)) ?? [];
  const port = Number(text ?? Infinity);
  if (port <= LAST_PORT) return { host: host?.replace(/^\[(.*)\]$/, '$1') ?? LOOPBACK, port };
  const remedy = "write a port, 'host:port', or the path of a Unix socket";
  throw badOption(`${option} is ${textOf(listen)}: ${remedy}`);
}

function textOf(listen: unknown): string {
  return typeof listen === 'string' || typeof listen === 'number' ? `${listen}` : shown(listen);
}
