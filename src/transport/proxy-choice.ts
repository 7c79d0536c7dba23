/** Whether a dial goes through a proxy, and through which. */

import { badOption } from '../errors.js';
import { isExcepted, isThisMachine } from './no-proxy.js';

export type Environment = { readonly [name: string]: string | undefined };

/** Null: no proxy. Throws `PHX_BAD_OPTION` for what is no address of a proxy, and never shows it: it may have a password. */
export function proxyFor(
  target: URL,
  option: string | false | undefined,
  environment: Environment,
): URL | null {
  if (option === false) return null;
  if (option !== undefined) return proxyUrl('websocket.proxy', option);
  const host = hostOf(target);
  const isSecure = SECURE.has(target.protocol);
  const named = nameProxy(isSecure, environment);
  if (named === null || isThisMachine(host)) return null;
  const port = Number(target.port || (isSecure ? 443 : 80));
  if (isExcepted(valueOf('NO_PROXY', environment), host, port)) return null;
  return proxyUrl(named.name, named.value);
}

/** An address without a scheme is taken for http, as curl and Go do. */
export function proxyUrl(name: string, value: string): URL {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && PROXY_SCHEMES.has(url.protocol) && url.hostname !== '') return url;
  const remedy = 'http://host:port or https://host:port, with user:password@ if it asks for them';
  throw badOption(`${name} is no address of an HTTP proxy: write ${remedy}`);
}

const SECURE: ReadonlySet<string> = new Set(['wss:', 'https:']);
const PROXY_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:']);

function hostOf(target: URL): string {
  return target.hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function nameProxy(
  isSecure: boolean,
  environment: Environment,
): { readonly name: string; readonly value: string } | null {
  const names = [isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY', 'ALL_PROXY'];
  const named = names.map((name) => ({ name, value: valueOf(name, environment) }));
  return named.find(({ value }) => value !== '') ?? null;
}

/**
 * The lower-case name first, as in curl. A CGI program is given its client's `Proxy` header as HTTP_PROXY
 * (CVE-2016-5386), so there only the lower-case name counts.
 */
function valueOf(name: string, environment: Environment): string {
  const lower = environment[name.toLowerCase()]?.trim();
  if (lower !== undefined) return lower;
  if (name === 'HTTP_PROXY' && environment['REQUEST_METHOD'] !== undefined) return '';
  return environment[name]?.trim() ?? '';
}
