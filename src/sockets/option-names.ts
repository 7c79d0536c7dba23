/** The names that options may have: a misspelt one would otherwise switch nothing on or off, in silence. */

import { UsageError } from '../errors.js';
import { requireFields } from '../policy/requirements.js';

const GROWTH = ['min', 'max', 'factor', 'jitter'];
const BACKOFF = [...GROWTH, 'delays', 'attempts'];
const REJOIN = [...BACKOFF, 'refused', 'closed', 'unauthorized'];

/** Null: a value, or an object that is not ours to check. */
export const OPTION_NAMES: { readonly [option: string]: readonly string[] | null } = {
  url: null,
  params: null,
  headers: null,
  credentials: null,
  autoConnect: null,
  onCallbackError: null,
  concurrency: null,
  liveness: ['loop', 'mailbox', 'deadline'],
  reconnect: [...BACKOFF, 'stableAfter', 'verdicts'],
  rejoin: [...REJOIN, 'concurrency'],
  heartbeat: ['interval', 'timeout'],
  timeouts: ['connect', 'join', 'push', 'leave', 'call', 'receive', 'credentials'],
  outbox: ['messages', 'size', 'ttl', 'whenFull', 'store', 'keyField'],
  confirmed: [...GROWTH, 'window', 'resends', 'crashes', 'errors', 'onDeadLetter'],
  inbox: ['messages', 'whenFull'],
  maxChannelsPerSocket: null,
  maxSockets: null,
  maxConnectionAge: null,
  onUnauthorized: null,
  transports: null,
  fallback: ['failures', 'returnAfter'],
  serializer: null,
  websocket: [
    'maxPayload',
    'redirects',
    'deflate',
    'writeTimeout',
    'closeTimeout',
    'proxy',
    'tls',
    'agent',
  ],
  longpoll: ['maxPayload', 'requestTimeout', 'closeTimeout', 'fetch'],
  telemetry: null,
};

export function refuseUnknown(options: object): void {
  refuseOthers('option', Object.keys(options), Object.keys(OPTION_NAMES));
  for (const [name, value] of Object.entries(options)) {
    const allowed = OPTION_NAMES[name];
    if (allowed && isObject(value)) refuseOthers(`option ${name}.`, Object.keys(value), allowed);
  }
}

/** The same for the policy that one join is given. */
export function refuseUnknownRejoin(policy: unknown): void {
  if (isObject(policy)) refuseOthers('option rejoin.', Object.keys(policy), REJOIN);
}

/** Throws `PHX_BAD_OPTION` for what is no object, and for a name that is not allowed. */
export function requireOptions(options: object, allowed: readonly string[]): void {
  requireFields('options', options);
  refuseOthers('option', Object.keys(options), allowed);
}

/** `what` names an option, or the option they belong to when it ends in a dot. */
export function refuseOthers(
  what: string,
  names: readonly string[],
  allowed: readonly string[],
): void {
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  const where = what.endsWith('.') ? `${what}${unknown}` : `${what} ${unknown}`;
  throw new UsageError('PHX_BAD_OPTION', `there is no ${where}: choose from ${allowed.join(', ')}`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
