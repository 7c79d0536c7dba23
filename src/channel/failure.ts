/** How a channel's failure is told: as the error of a join, or as the end of a membership. */

import { JoinError } from '../errors.js';
import type { ChannelClosedFact, JoinFailedFact } from '../policy/facts.js';
import type { ChannelFailure, RejoinRule } from '../policy/rejoin.js';
import { hasReason, phoenixReason } from '../protocol/refusal.js';

export function factOf(
  topic: string,
  failure: ChannelFailure,
  attempt: number,
  retryIn: number | null,
): JoinFailedFact | ChannelClosedFact {
  switch (failure.kind) {
    case 'crashed':
    case 'closed':
      return { topic, cause: failure.kind, payload: failure.payload, retryIn };
    case 'desync':
      return { topic, cause: 'desync', payload: {}, retryIn };
    case 'refused':
    case 'timeout':
    case 'aborted':
    case 'params':
    case 'lost':
      return { topic, error: joinErrorOf(topic, failure), attempt, retryIn };
  }
}

/** Whether a join was refused for want of better credentials. */
export function isUnauthorized({ unauthorized }: RejoinRule, error: JoinError | null): boolean {
  if (error?.code !== 'PHX_JOIN_REFUSED') return false;
  return unauthorized.some((reason) => hasReason(error.response, reason));
}

type JoinFailure = Exclude<ChannelFailure, { kind: 'crashed' | 'closed' | 'desync' }>;

function joinErrorOf(topic: string, failure: JoinFailure): JoinError {
  const error = (
    code: JoinError['code'],
    why: string,
    options: { response?: unknown } & ErrorOptions,
  ) => new JoinError(code, `join ${topic}: ${why}`, { topic, ...options });
  switch (failure.kind) {
    case 'refused':
      return error('PHX_JOIN_REFUSED', whyRefused(failure.response), {
        response: failure.response,
      });
    case 'timeout':
      return error('PHX_JOIN_TIMEOUT', 'no reply in time', {});
    case 'aborted':
      return error('PHX_CHANNEL_CRASHED', 'the channel ended before it replied', {
        response: failure.payload,
      });
    case 'params':
      return error('PHX_JOIN_PARAMS', whyNoParams(failure.error), { cause: failure.error });
    case 'lost':
      return error('PHX_JOIN_LOST', 'the connection ended before the reply', {});
  }
}

/** An application's own words may be anything, also secret: they are in `response` alone. */
function whyRefused(response: unknown): string {
  const reason = phoenixReason(response);
  return reason === null ? 'the server refused' : `the server refused: ${reason}`;
}

function whyNoParams(error: unknown): string {
  if (error === null) return 'its params function gave no answer in time';
  return `its params could not be had or sent: ${error instanceof Error ? error.message : 'no Error was thrown'}`;
}
