/** Sends one event to a webhook: one request, signed, without redirects, without a proxy. */

import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.js';
import { wordsOf } from '../../errors.js';
import { type Answer, outcomeOf } from './answer.js';
import { failure, type Outcome } from './outcome.js';
import { secretIn, secretsIn } from './secret-files.js';
import { signatureOf } from './signature.js';
import type { Target } from '../config/target.js';
import { requireUndici } from './undici.js';

export type SenderRule = {
  readonly target: Target;
  readonly secretFile: string | null;
  readonly tokenFile: string | null;
  /** Their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly inFlight: number;
  readonly timeout: number;
  readonly dropOn: readonly number[];
};

/** An event as it goes over the wire. */
export type Letter = {
  readonly id: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
};

export class WebhookSender {
  readonly #rule: SenderRule;
  readonly #clock: Clock;
  readonly #agent: Dispatcher;
  /** Of the attempts that are being made. */
  readonly #aborts = new Set<AbortController>();
  #isStopped = false;

  constructor(rule: SenderRule, clock: Clock) {
    this.#rule = rule;
    this.#clock = clock;
    const { Agent } = requireUndici();
    const { socketPath } = rule.target;
    // The environment's proxies are not for it: an Agent asks none. Its own limits of time would only compete with ours.
    this.#agent = new Agent({
      connections: rule.inFlight,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: rule.timeout, ...(socketPath !== null && { socketPath }) },
    });
  }

  /** Never rejects. `attempt` counts from 1. */
  async send(letter: Letter, attempt: number): Promise<Outcome> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    const expire = (): void => abort.abort(new Error(`no answer within ${this.#rule.timeout} ms`));
    const timer = this.#clock.setTimeout(expire, this.#rule.timeout);
    try {
      if (this.#isStopped) return { kind: 'aborted' };
      const answer = await this.#request(letter, attempt, abort.signal);
      const terms = { dropOn: this.#rule.dropOn, now: this.#clock.now() };
      return await outcomeOf(answer, terms);
    } catch (error) {
      if (this.#isStopped) return { kind: 'aborted' };
      return this.#failed(error, abort.signal);
    } finally {
      this.#clock.clearTimeout(timer);
      this.#aborts.delete(abort);
    }
  }

  /** Ends the attempts that are being made: their outcome is `aborted`. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const abort of this.#aborts) abort.abort();
    await this.#agent.destroy();
  }

  async #request(letter: Letter, attempt: number, signal: AbortSignal): Promise<Answer> {
    const { target } = this.#rule;
    const headers = await this.#headers(letter, attempt);
    signal.throwIfAborted();
    return this.#agent.request({
      origin: target.origin,
      path: target.path,
      method: 'POST',
      headers,
      body: letter.body,
      signal,
    });
  }

  /** The configuration's headers come first: it cannot replace those of the event. */
  async #headers(letter: Letter, attempt: number): Promise<{ readonly [name: string]: string }> {
    const { headers, secretFile, tokenFile } = this.#rule;
    const timestamp = Math.floor(this.#clock.now() / 1000);
    const signed = { id: letter.id, timestamp, body: letter.body };
    return {
      'user-agent': 'gen-socket-client',
      ...headers,
      ...(tokenFile !== null && { authorization: `Bearer ${await secretIn(tokenFile)}` }),
      ...letter.headers,
      'webhook-id': letter.id,
      'webhook-timestamp': String(timestamp),
      'webhook-attempt': String(attempt),
      ...(secretFile !== null && {
        'webhook-signature': signatureOf(signed, await secretsIn(secretFile)),
      }),
    };
  }

  /** A time that has run out does not show that nobody is there: one event alone may take too long. */
  #failed(error: unknown, signal: AbortSignal): Outcome {
    if (signal.aborted) return failure(wordsOf(signal.reason), 'application');
    return failure(
      wordsOf(error) || codeOf(error),
      isOfNetwork(error) ? 'nobodyThere' : 'application',
    );
  }
}

const UNREACHABLE = [
  'ECONNREFUSED',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Nobody was reached at all; a connection that breaks may be the work of one event. */
function isOfNetwork(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOfNetwork);
  return UNREACHABLE.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
