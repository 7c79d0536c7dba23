/** The params of a join: those of the configuration, and over them what the application answers. */

import { ask, unusable } from './ask.js';
import type { ChannelConfig } from './schema.js';

/** What the library tells of a join; a part of its own `JoinAttempt`. */
type Asking = { readonly refused: boolean };
type JoinParams = (join: Asking) => Promise<{ readonly [name: string]: unknown }>;

/** Milliseconds for the answer, and where it is said what failed. */
const PARAMS_TIMEOUT = 10_000;

/**
 * As `join` of the library takes them. `paramsFrom` is asked before each join, so that a cursor is as new as can be; when it has no answer
 * the join is tried again by the topic's `rejoin`.
 */
export function joinParamsOf(
  topic: string,
  { params = {}, paramsFrom }: ChannelConfig,
  timeout: number = PARAMS_TIMEOUT,
): { readonly [name: string]: unknown } | JoinParams {
  if (paramsFrom === undefined) return params;
  return async ({ refused }) => {
    const query = { topic, refused: String(refused) };
    const option = `channels.${topic}.paramsFrom`;
    const answer = await ask({ address: paramsFrom, query, timeout, option });
    if (answer.kind === 'object') return { ...params, ...answer.value };
    throw unusable(option, 'was answered with 403', 'answer 200 and a JSON object');
  };
}
