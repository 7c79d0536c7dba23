/** Where a webhook goes: an address, or a path behind a Unix socket. Nothing but the configuration decides it. */

import { badOption } from '../../errors.js';

export type Target = {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  /** Of a Unix socket; null: the origin is dialed. */
  readonly socketPath: string | null;
};

/** Throws `PHX_BAD_OPTION`, and says no address: its query may hold a secret. */
export function targetOf(option: string, text: string): Target {
  const [, socketPath, path] = /^unix:(\/[^:]+):(\/.*)$/.exec(text) ?? [];
  if (socketPath !== undefined) {
    const { pathname, search } = new URL(path ?? '/', 'http://localhost');
    return { origin: 'http://localhost', path: `${pathname}${search}`, socketPath };
  }
  const url = addressOf(text);
  if (url === null) {
    throw badOption(`${option} is no address: write http://… , https://… or unix:/socket:/path`);
  }
  if (url.username !== '' || url.password !== '') {
    throw badOption(`${option} holds a user or a password: use tokenFile or headers instead`);
  }
  return { origin: url.origin, path: `${url.pathname}${url.search}`, socketPath: null };
}

function addressOf(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) ? url : null;
}
