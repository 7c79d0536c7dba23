/** The URL: which server it leads to, and what the client makes of it. */

import { wordsOf } from '../../errors.js';
import { addressOf, parseEndpoint, type ParsedEndpoint } from '../../protocol/endpoint.js';
import { proxyFor } from '../../transport/proxy-choice.js';
import { failed, type Outcome, passed } from './finding.js';
import { BY_SIGN } from './problems.js';
import type { Visit } from './visit.js';

export type Place = {
  readonly endpoint: ParsedEndpoint;
  /** A name or an address, this without brackets. */
  readonly host: string;
  readonly port: number;
  /** That of the environment, which the client will go through. */
  readonly proxy: URL | null;
};

export function placeOf({ url, params, serializer }: Visit): Outcome<Place> {
  try {
    const endpoint = parseEndpoint(url);
    const address = addressOf(endpoint, 'websocket', params, serializer.vsn);
    const host = address.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(address.port || (endpoint.secure ? 443 : 80));
    const proxy = proxyFor(address, undefined, process.env);
    const way = proxy === null ? '' : `, through the proxy ${proxy.host}`;
    const shown = `${address.origin}${address.pathname}${changesOf(new URL(url))}${way}`;
    return passed(shown, null, { endpoint, host, port, proxy });
  } catch (error) {
    return failed(wordsOf(error), BY_SIGN['bad url']);
  }
}

function changesOf({ protocol, pathname }: URL): string {
  const changes = [
    protocol === 'http:' ? 'http became ws' : '',
    protocol === 'https:' ? 'https became wss' : '',
    /\/websocket\/?$/.test(pathname) ? '' : '/websocket was added',
  ];
  const made = changes.filter((change) => change !== '');
  return made.length === 0 ? '' : ` (${made.join(', ')})`;
}
