/** What an error of the library means for a command: its exit code, and words for a person. */

import { hasCode, JoinError, TransportError } from '../errors.js';
import { CommandError, type ExitName } from './exit-codes.js';

/** A `CommandError` in place of an error of ours; anything else as it is. */
export function commandErrorOf(error: unknown): unknown {
  if (hasCode(error, 'PHX_CREDENTIALS_FAILED') && error.cause instanceof CommandError) {
    return error.cause;
  }
  if (error instanceof TransportError) {
    return new CommandError(exitOfRefusal(error), `${error.message}\n(${DOCTOR})`);
  }
  if (hasCode(error, 'PHX_JOIN_REFUSED') && error instanceof JoinError) {
    const answer = JSON.stringify(error.response);
    return new CommandError('noPermission', `${error.topic} refused the join: ${answer}`);
  }
  const exit = exitOfCode(error);
  return exit === null ? error : new CommandError(exit, (error as Error).message);
}

const DOCTOR = 'gen-socket-client doctor URL finds out why';
const BUSY = [429, 503];
const FORBIDDEN = [401, 403];

function exitOfRefusal({ close }: TransportError): ExitName {
  if (close.status !== null && FORBIDDEN.includes(close.status)) return 'noPermission';
  return close.status !== null && BUSY.includes(close.status) ? 'temporary' : 'unavailable';
}

function exitOfCode(error: unknown): ExitName | null {
  if (hasCode(error, 'PHX_UNAUTHORIZED')) return 'noPermission';
  if (hasCode(error, 'PHX_ENCODING', 'PHX_PUSH_REFUSED')) return 'data';
  if (hasCode(error, 'PHX_JOIN_TIMEOUT', 'PHX_PUSH_TIMEOUT')) return 'temporary';
  const isLost = hasCode(
    error,
    'PHX_JOIN_LOST',
    'PHX_CHANNEL_CRASHED',
    'PHX_PUSH_LOST',
    'PHX_PUSH_DROPPED',
    'PHX_CLOSED',
  );
  return isLost ? 'unavailable' : null;
}
