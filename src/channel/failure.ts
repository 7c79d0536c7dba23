/** How a channel's failure is told: as the error of a join, or as the end of a membership. */

import { JoinError } from '../errors.js';
import type { ChannelFailure } from '../policy/rejoin.js';
import type { ChannelClosedFact } from './facts.js';

/** Null for a failure that ended a membership and not a join. */
export function joinErrorOf(topic: string, failure: ChannelFailure): JoinError | null {
  const error = (
    code: JoinError['code'],
    why: string,
    options: { response?: unknown } & ErrorOptions,
  ) => new JoinError(code, `join ${topic}: ${why}`, { topic, ...options });
  switch (failure.kind) {
    case 'refused':
      return error('PHX_JOIN_REFUSED', 'the server refused', { response: failure.response });
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
    case 'crashed':
    case 'closed':
    case 'desync':
      return null;
  }
}

/** What ended a membership; null for a failure of a join. */
export function membershipEnd(
  failure: ChannelFailure,
): Pick<ChannelClosedFact, 'cause' | 'payload'> | null {
  switch (failure.kind) {
    case 'crashed':
    case 'closed':
      return { cause: failure.kind, payload: failure.payload };
    case 'desync':
      return { cause: 'desync', payload: {} };
    case 'refused':
    case 'timeout':
    case 'aborted':
    case 'params':
    case 'lost':
      return null;
  }
}

function whyNoParams(error: unknown): string {
  if (error === null) return 'its params function gave no answer in time';
  return `its params could not be had or sent: ${error instanceof Error ? error.message : 'no Error was thrown'}`;
}
