/** What proves who we are, asked for before every dial. */

import type { Params } from '../protocol/endpoint.js';

export type Credentials = {
  readonly params?: Params;
  /** Of these a Phoenix socket sees only names that start with `x-`, when its endpoint lists them. */
  readonly headers?: { readonly [name: string]: string };
  /** Travels as a WebSocket subprotocol; the server's socket must have `auth_token: true` (Phoenix 1.8). */
  readonly authToken?: string;
};

export type CredentialsRequest = {
  /** The dial that they are for, counted from 1. */
  readonly attempt: number;
  /** Whether the last dial was refused for want of better ones: then do not answer from a cache. */
  readonly refused: boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

/**
 * Fixed, or asked before every attempt. Throw `UnauthorizedError` to end all attempts; any other error counts
 * as a failed attempt. An answer that can never be sent ends them, too.
 */
export type CredentialsProvider =
  | Credentials
  | ((request: CredentialsRequest) => Credentials | Promise<Credentials>);
