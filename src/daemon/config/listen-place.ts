/** Where a listener listens, and who can reach it there. */

import { isIPv4, isIPv6 } from 'node:net';

export type ListenPlace =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly isLoopback: boolean;
    }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'unreadable' };

const LOOPBACK = '127.0.0.1';
const LAST_PORT = 65_535;
/** Longer ones are cut by the system, in silence: `sun_path` of Linux, its last byte zero. */
const LONGEST_PATH = 107;

export function listenPlace(listen: string | number): ListenPlace {
  const text = String(listen);
  if (text.startsWith('unix:')) return unixPlace(text.slice('unix:'.length));
  const [, host = LOOPBACK, digits] = /^(?:(\[[^\]]+\]|[^:[\]/]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? Infinity);
  if (port > LAST_PORT) return { kind: 'unreadable' };
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', host: name, port, isLoopback: isLoopback(name) };
}

function unixPlace(path: string): ListenPlace {
  const isReadable = path.startsWith('/') && Buffer.byteLength(path) <= LONGEST_PATH;
  return isReadable && !path.includes('\0') ? { kind: 'unix', path } : { kind: 'unreadable' };
}

/** A name may lead anywhere, but for the one that RFC 6761 keeps for this machine. */
function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  return isIPv6(host) ? host === '::1' : host.toLowerCase() === 'localhost';
}
