/** What a webhook's configuration comes to, with every default filled in. */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { badOption } from '../../errors.js';
import { type BackoffRule, backoffRule } from '../../policy/backoff.js';
import { type Duration, milliseconds } from '../../policy/duration.js';
import { requireAtLeast } from '../../policy/requirements.js';
import { WEBHOOK_DEFAULTS as STANDARD } from './delivery-defaults.js';
import type { WebhookConfig } from './delivery-schema.js';
import { type Target, targetOf } from './target.js';

export type BreakerRule = { readonly failures: number; readonly openFor: number };

export type HealthRule = {
  readonly url: string;
  readonly interval: number;
  readonly timeout: number;
  /** In a row. */
  readonly failures: number;
};

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

const BACKOFF: BackoffRule = {
  kind: 'exponential',
  min: milliseconds('retry.min', STANDARD.retry.min),
  max: milliseconds('retry.max', STANDARD.retry.max),
  factor: STANDARD.retry.factor,
  jitter: STANDARD.retry.jitter,
  attempts: null,
};

/** Throws `PHX_BAD_OPTION`, which names the key: with the delivery, unless that is null. */
export function webhookRule(name: string | null, config: WebhookConfig): WebhookRule {
  const prefix = name === null ? '' : `deliver.${name}.`;
  const { dropOn = [], ...backoff } = withoutGaps(config.retry ?? {});
  return {
    target: targetOf(`${prefix}webhook`, config.webhook),
    mode: config.mode ?? STANDARD.mode,
    secretFile: config.secretFile ?? null,
    tokenFile: config.tokenFile ?? null,
    headers: headersOf(`${prefix}headers`, config.headers ?? {}),
    order: config.order ?? STANDARD.order,
    inFlight: config.inFlight ?? STANDARD.inFlight,
    timeout: atLeastOne(`${prefix}timeout`, config.timeout ?? STANDARD.timeout),
    backoff: backoffRule(`${prefix}retry`, backoff, BACKOFF),
    dropOn,
    breaker: breakerOf(`${prefix}breaker`, config.breaker ?? {}),
    health: config.health === undefined ? null : healthOf(`${prefix}health`, config.health),
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
  const openFor = atLeastOne(`${option}.openFor`, breaker.openFor ?? STANDARD.breaker.openFor);
  return { failures: breaker.failures ?? STANDARD.breaker.failures, openFor };
}

function healthOf(option: string, health: NonNullable<WebhookConfig['health']>): HealthRule {
  return {
    url: health.url,
    interval: atLeastOne(`${option}.interval`, health.interval ?? STANDARD.health.interval),
    timeout: atLeastOne(`${option}.timeout`, health.timeout ?? STANDARD.health.timeout),
    failures: health.failures ?? STANDARD.health.failures,
  };
}

function atLeastOne(option: string, duration: Duration): number {
  const ms = milliseconds(option, duration);
  requireAtLeast(option, ms, 1);
  return ms;
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
    const header = JSON.stringify(name);
    throw badOption(`the header ${header} of ${option} cannot be sent: write visible ASCII`);
  }
}
