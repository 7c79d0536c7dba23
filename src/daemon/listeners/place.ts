/** Where a listener is to be, and whether that can be left open to whoever reaches it. */

import { badOption } from '../../errors.js';
import { type ListenAddress, listenAddress } from '../../worker/listen-address.js';
import type { ListenerConfig } from '../config/schema.js';
import type { ListenerName } from './exchange.js';

/** Throws `PHX_BAD_OPTION` for what is no address, and for one that others can reach without a token. */
export function placeOf(name: ListenerName, { listen, tokenFile }: ListenerConfig): ListenAddress {
  const text = typeof listen === 'string' ? listen.replace(/^unix:/, '') : listen;
  const address = listenAddress(`${name}.listen`, text);
  const isOpen = name === 'probes' || tokenFile !== undefined;
  if (isOpen || 'path' in address || isLoopback(address.host)) return address;
  throw badOption(
    `${name}.listen is ${listen}, which others can reach: give ${name}.tokenFile, or listen on 127.0.0.1:${address.port} or on unix:/path/of.sock`,
  );
}

/** As a host is written in an address or in a URL. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

export function shownAddress(address: ListenAddress): string {
  if ('path' in address) return `unix:${address.path}`;
  const { host, port } = address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
