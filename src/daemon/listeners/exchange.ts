/** One request and its answer, as a listener sees them: its id, the route it took, how long it was. */

import { randomUUID } from 'node:crypto';
import type { Meters } from '../metrics/meters.js';

export type ListenerName = 'api' | 'admin' | 'probes';

/** What is logged of a request: nothing that a client may have put a secret into. */
export type RequestLine = {
  readonly listener: ListenerName;
  readonly id: string;
  readonly method: string;
  /** The pattern, not the path. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
};

export type ExchangeTerms = {
  readonly meters: Meters;
  readonly log: (line: RequestLine) => void;
};

/** Also a UUID, a ULID, a W3C trace id. */
const ID = /^[\w.:@/+=-]{1,128}$/;

/** Of every answer: what is private stays where it is, and is what it says it is. */
const SECURITY = [
  ['x-content-type-options', 'nosniff'],
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-resource-policy', 'same-origin'],
] as const;

export class Exchange {
  readonly id: string;
  readonly #listener: ListenerName;
  readonly #method: string;
  readonly #startedAt = performance.now();
  #route = 'none';

  constructor(listener: ListenerName, { method, headers }: Request) {
    const asked = headers.get('x-request-id') ?? '';
    this.id = ID.test(asked) ? asked : randomUUID();
    this.#listener = listener;
    this.#method = method;
  }

  /** The handler says which of its routes this is, by its pattern. */
  took(route: string): void {
    this.#route = route;
  }

  /** The answer as it goes out, counted and logged. */
  end(response: Response, { meters, log }: ExchangeTerms): Response {
    const { status } = response;
    const ms = performance.now() - this.#startedAt;
    meters.request(this.#listener, this.#route, status, ms / 1000);
    const line = { listener: this.#listener, id: this.id, method: this.#method };
    log({ ...line, route: this.#route, status, ms: Math.round(ms * 10) / 10 });
    response.headers.set('x-request-id', this.id);
    for (const [header, value] of SECURITY) {
      if (!response.headers.has(header)) response.headers.set(header, value);
    }
    return response;
  }
}
