/** The endpoint of a Phoenix socket, and the address to dial for it. */

import { UsageError } from '../errors.js';
import { overlay, type Params, type QueryPair, queryText, rootOf } from './params.js';

export type { Params } from './params.js';

/** Where a Phoenix socket is mounted. Params here go over those of the URL, and the option `params` over both. */
export type Endpoint =
  | string
  | URL
  | {
      /** `ws`, `wss`, `http` or `https`; the transport's suffix and params may be there. */
      readonly url: string | URL;
      readonly params?: Params;
    };

export type ParsedEndpoint = {
  readonly secure: boolean;
  /** With its port, unless that is the scheme's own. */
  readonly host: string;
  /** Where the socket is mounted: no transport's suffix, no slash at its end. */
  readonly path: string;
  readonly query: readonly QueryPair[];
};

const SECURE = new Map([
  ['ws:', false],
  ['wss:', true],
  ['http:', false],
  ['https:', true],
]);

const REMEDY = 'give one like wss://example.com/socket';

export function parseEndpoint(endpoint: Endpoint): ParsedEndpoint {
  const { address, params } = partsOf(endpoint);
  const url = parseAddress(address);
  const secure = SECURE.get(url.protocol);
  if (secure === undefined) throw bad(shown(address), `is not ws, wss, http or https: ${REMEDY}`);
  checkParts(url);
  const query = overlay([...url.searchParams], params);
  return { secure, host: url.host, path: mountPath(url.pathname), query };
}

/** The same endpoint as one URL, its params included. Throws `PHX_BAD_OPTION`. */
export function endpointUrl(endpoint: Endpoint): URL {
  const { secure, host, path, query } = parseEndpoint(endpoint);
  const url = new URL(`${secure ? 'wss' : 'ws'}://${host}${path}`);
  url.search = queryText(query);
  return url;
}

/**
 * Params of the dial go over those of the endpoint. Phoenix picks its serializer by `vsn`, so a
 * param that names another than the client's own is refused: no frame would be understood.
 */
export function addressOf(
  endpoint: ParsedEndpoint,
  transport: 'websocket' | 'longpoll',
  params: Params,
  vsn: string,
): URL {
  const query = overlay(endpoint.query, params);
  checkVersion(query, vsn);
  const scheme = (transport === 'websocket' ? 'ws' : 'http') + (endpoint.secure ? 's' : '');
  const url = new URL(`${scheme}://${endpoint.host}${endpoint.path}/${transport}`);
  url.search = queryText([...query.filter(isNotVersion), ['vsn', vsn]]);
  return url;
}

/** Whether both lead to the same server, by whatever path and with whatever params. */
export function sameServer(a: ParsedEndpoint, b: ParsedEndpoint): boolean {
  return a.secure === b.secure && a.host === b.host;
}

/** Whether both lead to the same socket with the same params, in whatever order and spelling. */
export function sameEndpoint(a: ParsedEndpoint, b: ParsedEndpoint): boolean {
  return sameServer(a, b) && a.path === b.path && sortedQuery(a) === sortedQuery(b);
}

/** For logs: no credentials, no fragment, and no value of the query; a bare name may be one. */
export function redacted(url: URL): string {
  if (url.search === '') return placeOf(url);
  const pairs = url.search.slice(1).split('&');
  return `${placeOf(url)}?${pairs.map(withoutValue).join('&')}`;
}

/** Whoever has no types may give nothing at all. */
function partsOf(endpoint: Endpoint | null | undefined): { address: string | URL; params: Params } {
  if (isAddress(endpoint)) return { address: endpoint, params: {} };
  const { url, params = {}, ...others } = endpoint ?? {};
  if (!isAddress(url)) throw bad('endpoint', `has no URL: ${REMEDY}; init returns one or nothing`);
  const [stranger] = Object.keys(others);
  if (stranger === undefined) return { address: url, params };
  const remedy = 'it has url and params only; headers and the rest are options of start';
  throw bad('endpoint', `has a field ${stranger}: ${remedy}`);
}

function isAddress(value: unknown): value is string | URL {
  return typeof value === 'string' || value instanceof URL;
}

function parseAddress(address: string | URL): URL {
  const text = String(address);
  if (text.trim() === '') throw bad('endpoint', `is empty: ${REMEDY}`);
  if (!URL.canParse(text)) throw bad(shown(text), `is no absolute URL: ${REMEDY}`);
  return new URL(text);
}

function checkParts(url: URL): void {
  const place = `endpoint "${placeOf(url)}"`;
  if (url.username !== '' || url.password !== '') {
    throw bad(place, 'has credentials in its URL: send them as headers or params');
  }
  if (url.hash !== '') throw bad(place, 'has a fragment, which no server sees: remove it');
}

function placeOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function mountPath(pathname: string): string {
  return withoutSlashes(withoutSlashes(pathname).replace(/\/(?:websocket|longpoll)$/, ''));
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

function checkVersion(query: readonly QueryPair[], vsn: string): void {
  const other = query.find(([name, value]) => rootOf(name) === 'vsn' && value !== vsn);
  if (other === undefined) return;
  const problem = `is "${other[1]}" and the serializer's is "${vsn}"`;
  throw bad('param "vsn"', `${problem}: leave it out, or choose the serializer that speaks it`);
}

function isNotVersion([name]: QueryPair): boolean {
  return rootOf(name) !== 'vsn';
}

/** Sorted by name alone: pairs of one name are a list, whose order counts. */
function sortedQuery({ query }: ParsedEndpoint): string {
  return queryText(query.filter(isNotVersion).toSorted(byName));
}

function byName([a]: QueryPair, [b]: QueryPair): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function withoutValue(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? '***' : `${pair.slice(0, equals)}=***`;
}

/** Text that is no URL of ours may hold a password before any `@`, and a token after `?`. */
function shown(address: string | URL): string {
  const text = String(address);
  const visible = text.includes('@') ? '***' : text.replace(/[?#].*$/s, '');
  return `endpoint "${visible.slice(0, 200)}"`;
}

function bad(what: string, problem: string): UsageError {
  return new UsageError('PHX_BAD_OPTION', `${what} ${problem}`);
}
