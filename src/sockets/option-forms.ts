/** The options that hold something of the caller's own: what shape it must have, so that no dial is the first to fail. */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createSecureContext } from 'node:tls';
import { requireFields, shown } from '../policy/requirements.js';
import { badOption, hasCode, UsageError } from '../errors.js';
import { authProtocols } from '../protocol/auth-token.js';
import { kindOf } from '../protocol/bad-frame.js';
import { addressOf, type ParsedEndpoint, type Params } from '../protocol/endpoint.js';
import { queryPairs } from '../protocol/params.js';
import type { Serializer } from '../protocol/serializer.js';
import { v1 } from '../protocol/v1-serializer.js';
import { v2 } from '../protocol/v2-serializer.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { proxyUrl } from '../transport/proxy-choice.js';
import type { WebSocketOptions } from '../transport/ws-transport.js';
import type { CredentialsProvider } from './credentials.js';
import { refuseOthers } from './option-names.js';

/** Throws for params that no query can carry, and for those that the endpoint contradicts. */
export function requireParams(endpoint: ParsedEndpoint | null, params: Params, vsn: string): void {
  if (endpoint === null) queryPairs(params);
  else addressOf(endpoint, 'websocket', params, vsn);
}

export function requireHeaders(
  option: string,
  headers: { readonly [name: string]: unknown },
): void {
  requireSecrets(option, headers, 'write an object of names and texts');
  for (const [name, value] of Object.entries(headers)) {
    requireSecretText(`${option}.${name}`, value);
    requireHeader(`${option}.${name}`, name, value);
  }
}

/** Of what may be a token, a number too, only the kind is told. */
function requireSecretText(option: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw badOption(`${option} is ${kindOf(value)}: write text`);
}

function requireSecrets(option: string, value: unknown, remedy: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw badOption(`${option} is ${kindOf(value)}: ${remedy}`);
}

/** What Node would refuse at each dial. */
function requireHeader(option: string, name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw badOption(
      `${option} is no HTTP header: write a token as name, and text without line breaks`,
    );
  }
}

/** What a function gives is looked at when it is given. */
export function requireCredentials(credentials: CredentialsProvider): void {
  if (typeof credentials === 'function') return;
  requireSecrets('credentials', credentials, 'write an object, or a function that gives one');
  refuseOthers('option credentials.', Object.keys(credentials), ['params', 'headers', 'authToken']);
  requireHeaders('credentials.headers', credentials.headers ?? {});
  if (credentials.params !== undefined) queryPairs(credentials.params);
  const { authToken } = credentials as { authToken?: unknown };
  if (authToken === undefined) return;
  requireSecretText('credentials.authToken', authToken);
  authProtocols(authToken);
}

export function requireTelemetry(telemetry: Telemetry | readonly Telemetry[]): void {
  const listeners: readonly unknown[] = Array.isArray(telemetry) ? telemetry : [telemetry];
  if (listeners.every((listener) => has(listener, 'fact'))) return;
  const stranger = listeners.find((listener) => !has(listener, 'fact'));
  const remedy = 'write an object with a method fact, or a list of such';
  throw badOption(`telemetry is ${shown(stranger)}: ${remedy}`);
}

export function requireStore(store: unknown): void {
  if (['all', 'put', 'delete', 'close'].every((method) => has(store, method))) return;
  const remedy = 'write an OutboxStore, such as levelStore(path) of gen-socket-client/store';
  throw badOption(`outbox.store is ${shown(store)} without all, put, delete and close: ${remedy}`);
}

/** What Node would refuse at each dial. Its words end in the value, which may be a passphrase. */
export function requireTls(tls: NonNullable<WebSocketOptions['tls']>): void {
  requireFields('websocket.tls', tls);
  try {
    createSecureContext(tls);
  } catch (error) {
    const why = String(error).replace(/\.? Received .*$/s, '');
    throw badOption(`websocket.tls is refused by Node: write what its tls.connect takes (${why})`);
  }
  if ([tls.ca ?? []].flat().every(hasCertificate)) return;
  throw badOption('websocket.tls.ca has no PEM certificate: write the contents of the file');
}

/** Node passes over a text without one in silence, the path of a file too, and then trusts nobody. */
function hasCertificate(ca: string | Uint8Array): boolean {
  return /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(Buffer.from(ca).toString('latin1'));
}

export function requireProxy(proxy: unknown): void {
  if (typeof proxy === 'string') proxyUrl('websocket.proxy', proxy);
  else if (proxy !== false) throw badOption(`websocket.proxy is ${shown(proxy)}: ${NO_PROXY}`);
}

const NO_PROXY = 'write the address of a proxy, or false for none';

export function requireAgent(agent: unknown): void {
  if (has(agent, 'addRequest')) return;
  const remedy = 'write an http.Agent for ws, an https.Agent for wss, or leave it out';
  throw badOption(`websocket.agent is ${shown(agent)} without addRequest: ${remedy}`);
}

export function serializerOf(serializer: 'v2' | 'v1' | Serializer): Serializer {
  if (serializer === 'v2') return v2;
  if (serializer === 'v1') return v1;
  if (
    has(serializer, 'encode') &&
    has(serializer, 'decode') &&
    typeof serializer.vsn === 'string'
  ) {
    return guarded(serializer);
  }
  throw badOption(
    "serializer is neither 'v2' nor 'v1', nor has it vsn, encode and decode: write one of these",
  );
}

/** Whatever a serializer of one's own throws, it is the message that could not be encoded. */
function guarded(serializer: Serializer): Serializer {
  return {
    vsn: serializer.vsn,
    attributesClose: serializer.attributesClose ?? true,
    decode: (frame) => serializer.decode(frame),
    encode: (message) => {
      try {
        return serializer.encode(message);
      } catch (error) {
        if (hasCode(error, 'PHX_ENCODING')) throw error;
        const { topic, event } = message;
        const why = `the serializer could not encode ${event} to ${topic}`;
        throw new UsageError('PHX_ENCODING', why, { cause: error, topic });
      }
    },
  };
}

function has(value: unknown, method: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, method) === 'function';
}
