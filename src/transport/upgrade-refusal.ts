/** An upgrade that was answered with an HTTP status other than 101: what is kept of the answer. */

import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Clock } from '../clock.js';
import type { Close } from '../protocol/close.js';
import { NO_CLOSE_FRAME } from './close-frame.js';

type Headers = { readonly [name: string]: string };

export type Refusal = {
  readonly status: number;
  /** Why, where there is more to say than the status. */
  readonly why?: string;
  readonly statusText?: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

export type RefusalOptions = {
  readonly why?: string;
  readonly clock: Clock;
  /** How long the body may take. */
  readonly timeout: number;
  /** Called once, when there is no more to read. */
  readonly done: () => void;
};

/** Enough for an error code and a sentence, little enough for a log line. */
export const KEPT_BYTES = 1024;

export function refusedClose(refusal: Refusal): Close {
  const { status } = refusal;
  const text = refusal.statusText || STATUS_CODES[status] || `status ${status}`;
  const reason = refusal.why === undefined ? text : `${text}: ${refusal.why}`;
  const response = { headers: headersOf(refusal), body: bodyOf(refusal) };
  return { cause: 'refused', code: NO_CLOSE_FRAME, reason, status, response };
}

/** Reads the body of a refusal as far as it is kept, and never longer than its deadline. */
export class UpgradeRefusal {
  readonly #response: IncomingMessage;
  readonly #options: RefusalOptions;
  readonly #timer: unknown;
  #body = Buffer.alloc(0);
  #settled = false;

  constructor(response: IncomingMessage, options: RefusalOptions) {
    this.#response = response;
    this.#options = options;
    const finish = (): void => this.#finish();
    this.#timer = options.clock.setTimeout(finish, options.timeout);
    response.on('data', (chunk: Buffer) => this.#take(chunk));
    response.on('close', finish);
    // An error without a listener would be thrown.
    response.on('error', finish);
  }

  /** Stops reading. The close carries as much of the body as has come. */
  settle(): Close {
    this.#settled = true;
    this.#options.clock.clearTimeout(this.#timer);
    return refusedClose({
      status: this.#response.statusCode ?? 0,
      statusText: this.#response.statusMessage ?? '',
      headers: joined(this.#response.headersDistinct),
      body: this.#body,
      ...(this.#options.why !== undefined && { why: this.#options.why }),
    });
  }

  #take(chunk: Buffer): void {
    this.#body = Buffer.concat([this.#body, chunk.subarray(0, KEPT_BYTES - this.#body.length)]);
    if (this.#body.length === KEPT_BYTES) this.#finish();
  }

  #finish(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.done();
  }
}

/** Not `response.headers`, which drops the second of what it believes to be single. */
function joined(headers: IncomingMessage['headersDistinct']): Headers {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, values = []]) => [name, values.join(', ')] as const),
  );
}

/** Cookies are secrets, and a close may be logged whole. */
function headersOf({ headers }: Refusal): Headers {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const kept = entries.filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'location' ? withoutSecrets(value) : value]),
  );
}

/** Servers that move a client to another scheme or host repeat its query, and with it its params. */
function withoutSecrets(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/^([^/]*\/\/)[^/]*@/, '$1');
}

/** The page that comes with a redirect repeats its location. */
function bodyOf({ status, body }: Refusal): string {
  if (status >= 300 && status < 400) return '';
  return new TextDecoder().decode(body.subarray(0, KEPT_BYTES), { stream: true });
}
