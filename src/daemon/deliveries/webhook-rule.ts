/** What a webhook's configuration comes to, with every default filled in. */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { badOption } from '../../errors.js';
import { type BackoffRule, backoffRule } from '../../policy/backoff.js';
import { milliseconds } from '../../policy/duration.js';
import type { WebhookConfig } from '../config/delivery-schema.js';
import type { BreakerRule } from './breaker.js';
import type { HealthRule } from './app-health.js';
import { type Target, targetOf } from './target.js';

export type WebhookRule = {
  readonly target: Target;
  readonly mode: 'structured' | 'binary';
  readonly secretFile: string | null;
  readonly tokenFile: string | null;
  readonly headers: { readonly [name: string]: string };
  readonly order: 'perTopic' | 'none';
  readonly inFlight: number;
  /** Of a whole attempt. */
  readonly timeout: number;
  readonly backoff: BackoffRule;
  readonly dropOn: readonly number[];
  /** Null: it has none. */
  readonly breaker: BreakerRule | null;
  readonly health: HealthRule | null;
  readonly deadLetter: string | null;
};

/** As Dapr's and Benthos' outputs: an application that restarts is found again soon, one that is away is let alone. */
const BACKOFF: BackoffRule = {
  kind: 'exponential',
  min: 200,
  max: 30_000,
  factor: 2,
  jitter: 'full',
  attempts: null,
};

const TIMEOUT = '15s';
const IN_FLIGHT = 16;
const FAILURES = 10;
const OPEN_FOR = '10s';
/** Dapr's numbers. */
const HEALTH = { interval: '5s', timeout: 500, failures: 3 } as const;

/** Throws `PHX_BAD_OPTION`. */
export function webhookRule(name: string, config: WebhookConfig): WebhookRule {
  const option = `deliver.${name}`;
  const { dropOn = [], ...backoff } = withoutGaps(config.retry ?? {});
  return {
    target: targetOf(`${option}.webhook`, config.webhook),
    mode: config.mode ?? 'structured',
    secretFile: config.secretFile ?? null,
    tokenFile: config.tokenFile ?? null,
    headers: headersOf(`${option}.headers`, config.headers ?? {}),
    order: config.order ?? 'perTopic',
    inFlight: config.inFlight ?? IN_FLIGHT,
    timeout: milliseconds(`${option}.timeout`, config.timeout ?? TIMEOUT),
    backoff: backoffRule(`${option}.retry`, backoff, BACKOFF),
    dropOn,
    breaker: breakerOf(`${option}.breaker`, config.breaker ?? {}),
    health: config.health === undefined ? null : healthOf(`${option}.health`, config.health),
    deadLetter: config.deadLetter ?? null,
  };
}

/** An option that is undefined counts as left out. */
type WithoutGaps<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutGaps<T extends object>(options: T): WithoutGaps<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as WithoutGaps<T>;
}

function breakerOf(
  option: string,
  breaker: NonNullable<WebhookConfig['breaker']>,
): BreakerRule | null {
  if (breaker === false) return null;
  const openFor = milliseconds(`${option}.openFor`, breaker.openFor ?? OPEN_FOR);
  return { failures: breaker.failures ?? FAILURES, openFor };
}

function healthOf(option: string, health: NonNullable<WebhookConfig['health']>): HealthRule {
  return {
    url: health.url,
    interval: milliseconds(`${option}.interval`, health.interval ?? HEALTH.interval),
    timeout: milliseconds(`${option}.timeout`, health.timeout ?? HEALTH.timeout),
    failures: health.failures ?? HEALTH.failures,
  };
}

function headersOf(
  option: string,
  headers: { readonly [name: string]: string },
): { readonly [name: string]: string } {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  for (const [name, value] of entries) requireHeader(option, name, value);
  return Object.fromEntries(entries);
}

/** Says no value: it may be a secret. */
function requireHeader(option: string, name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw badOption(`${option}.${JSON.stringify(name)} cannot be a header: write visible ASCII`);
  }
}
