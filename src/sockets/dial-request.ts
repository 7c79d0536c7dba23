/** What a dial is made of: the endpoint, the options, and the credentials over them. */

import type { ParsedEndpoint } from '../protocol/endpoint.js';
import { addressOf } from '../protocol/endpoint.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import type { Credentials } from './credentials.js';
import { requireHeaders } from './option-forms.js';
import type { Settings } from './settings.js';
import { suffixOf } from './transports.js';

/** Throws `PHX_BAD_OPTION` for credentials that cannot be sent. */
export function dialRequest(
  endpoint: ParsedEndpoint,
  { params, headers, authToken }: Credentials,
  settings: Settings,
  transport: Transport,
  signal: AbortSignal,
): DialRequest {
  requireHeaders('credentials.headers', headers ?? {});
  const all = { ...settings.params, ...params };
  return {
    url: addressOf(endpoint, suffixOf(transport), all, settings.serializer.vsn),
    headers: { ...settings.headers, ...headers },
    authToken: authToken ?? null,
    signal,
  };
}
