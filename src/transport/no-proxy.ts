/** NO_PROXY: the hosts that are reached without a proxy, written as curl and Go take it. */

import { BlockList, isIP } from 'node:net';

/**
 * Entries are parted by commas or spaces: `*`, a name (it and all below it, with or without `.` or `*.` before it), an
 * address, or a range (`10.0.0.0/8`, `fd00::/8`), each but the first and the last with a port if only that is meant.
 */
export function isExcepted(list: string, host: string, port: number): boolean {
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => entry !== '' && matches(entry, host, port));
}

/** Go's own exception: what stands for this machine here would stand for another one at the proxy. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isInRange(host, LOOPBACK);
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(host, [entry]);
  const { name, only } = parted(entry);
  if (only !== null && only !== port) return false;
  if (isIP(host) !== 0 || isIP(name) !== 0) return isSameAddress(name, host);
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** An IPv6 address has colons of its own: only one in brackets can have a port. */
function parted(entry: string): { readonly name: string; readonly only: number | null } {
  if (isIP(entry) === 6) return { name: entry, only: null };
  const [, bracketed, plain = '', port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain, only: port === undefined ? null : Number(port) };
}

function isSameAddress(one: string, other: string): boolean {
  const bits = isIP(one) === 6 ? 128 : 32;
  return isInRange(other, [`${one}/${bits}`]);
}

function isInRange(host: string, ranges: readonly string[]): boolean {
  const version = isIP(host);
  if (version === 0) return false;
  const list = new BlockList();
  for (const range of ranges) add(list, range);
  return list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** What is no range excepts nothing. */
function add(list: BlockList, range: string): void {
  const [network = '', prefix = ''] = range.split('/');
  const version = isIP(network);
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (version === 0 || !(bits <= (version === 6 ? 128 : 32))) return;
  list.addSubnet(network, bits, version === 6 ? 'ipv6' : 'ipv4');
}
