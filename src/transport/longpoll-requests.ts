/** The requests of one long poll: each ends in an answer or a failure, within its deadline, and none throws. */

import type { Clock } from '../clock.js';
import { type Close, lost } from '../protocol/close.js';
import { answerIn, type Failure, type Outcome, tooLarge } from './longpoll-answer.js';
import type { Batch } from './longpoll-lines.js';
import { readAll, readSome } from './response-body.js';
import type { DialRequest } from './transport.js';
import { refusedClose } from './upgrade-refusal.js';
import { networkFailure } from './ws-ending.js';

/** As much of `fetch` as is used: one of your own may go through a proxy. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export type RequestRules = {
  readonly fetch: Fetch;
  readonly maxPayload: number;
  readonly requestTimeout: number;
  readonly closeTimeout: number;
};

type Ask = {
  readonly method: 'GET' | 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Null: its deadline is somebody else's. */
  readonly deadline: { readonly ms: number; readonly close: Close } | null;
};

export class LongPollRequests {
  readonly #request: DialRequest;
  readonly #rules: RequestRules;
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #token: string | null = null;

  constructor(request: DialRequest, rules: RequestRules, clock: Clock) {
    this.#request = request;
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Makes a session. The auth token goes with no other request: it is asked for by `connect/3` alone. */
  open(): Promise<Outcome> {
    const { authToken } = this.#request;
    const headers = authToken === null ? {} : { 'x-phoenix-authtoken': authToken };
    return this.#ask({ method: 'GET', headers, deadline: null });
  }

  poll(): Promise<Outcome> {
    const ms = this.#rules.requestTimeout;
    const close = lost('peer', `the server did not answer a GET within ${ms} ms`);
    return this.#ask({ method: 'GET', headers: {}, deadline: { ms, close } });
  }

  /** The server handles lines one by one, and answers when the last one is done: a slow join holds those behind it. */
  post({ contentType, body, lines }: Batch): Promise<Outcome> {
    const ms = this.#rules.requestTimeout * lines;
    const close = lost('writeTimeout', `the server did not accept ${lines} frames within ${ms} ms`);
    const headers = { 'content-type': contentType };
    return this.#ask({ method: 'POST', headers, body, deadline: { ms, close } });
  }

  /** Aborts what is under way: its outcomes are nobody's any more. */
  stop(): void {
    for (const abort of this.#running) abort();
    this.#running.clear();
  }

  #ask(ask: Ask): Promise<Outcome> {
    return new Promise((resolve) => {
      const aborter = new AbortController();
      const settle = (outcome: Outcome): void => {
        this.#clock.clearTimeout(timer);
        this.#running.delete(abort);
        resolve(outcome);
      };
      const abort = (why: Close = lost('requested', 'aborted')): void => {
        settle({ kind: 'failed', close: why });
        aborter.abort();
      };
      const { deadline } = ask;
      const timer =
        deadline === null ? null : this.#clock.setTimeout(() => abort(deadline.close), deadline.ms);
      this.#running.add(abort);
      void this.#perform(ask, aborter.signal).then(settle);
    });
  }

  /** `no-store`: nobody between may answer for the server. Headers of the caller's do not replace ours. */
  async #perform({ method, headers, body }: Ask, signal: AbortSignal): Promise<Outcome> {
    try {
      const all = new Headers(this.#request.headers);
      for (const [name, value] of Object.entries(this.#headers(headers))) all.set(name, value);
      const options = { method, signal, redirect: 'manual', cache: 'no-store' } as const;
      const init = { ...options, headers: all, ...(body !== undefined && { body }) };
      return await this.#read(await this.#rules.fetch(this.#url(), init));
    } catch (error) {
      return { kind: 'failed', close: networkFailure(causeOf(error)) };
    }
  }

  async #read(response: Response): Promise<Outcome> {
    if (response.status !== 200) return this.#refused(response);
    const { maxPayload } = this.#rules;
    const bytes = await readAll(response, maxPayload);
    if (bytes === null) return tooLarge(maxPayload);
    const outcome = answerIn(bytes, Object.fromEntries(response.headers));
    if (outcome.kind === 'answer') this.#token = outcome.token ?? this.#token;
    return outcome;
  }

  async #refused(response: Response): Promise<Failure> {
    const { status, statusText } = response;
    const why = status >= 300 && status < 400 ? { why: 'long poll follows no redirect' } : {};
    const body = await readSome(response, this.#clock, this.#rules.closeTimeout);
    const headers = Object.fromEntries(response.headers);
    return { kind: 'failed', close: refusedClose({ status, statusText, headers, body, ...why }) };
  }

  /** Servers before 1.8.10 know only the query, the newest phoenix.js sends only the header: both are right. */
  #headers(headers: Ask['headers']): Ask['headers'] {
    const token = this.#token === null ? {} : { 'x-phoenix-longpoll-token': this.#token };
    return { accept: 'application/json', ...token, ...headers };
  }

  /** In the place of a param of that name, which `connect/3` has seen. */
  #url(): URL {
    const url = new URL(this.#request.url);
    if (this.#token !== null) url.searchParams.set('token', this.#token);
    return url;
  }
}

/** `fetch` wraps what happened in an error that says nothing. */
function causeOf(error: unknown): unknown {
  return error instanceof Error ? (error.cause ?? error) : error;
}
