/** What an error of the library means for a command: its exit code, and words for a person. */

import { hasCode, JoinError, TransportError } from '../errors.js';
import { codeOf, problemOfCode, problemOfStatus } from './doctor/diagnosis.js';
import type { Secrets } from './doctor/secrets.js';
import { CommandError, type ExitName } from './exit-codes.js';

const DOCTOR = 'gen-socket-client doctor URL finds out why';

/** Of what the server answered. */
const EXCERPT = 200;

/** A `CommandError` in place of an error of ours; anything else as it is. */
export function commandErrorOf(error: unknown, secrets: Secrets): unknown {
  if (hasCode(error, 'PHX_CREDENTIALS_FAILED') && hasCode(error.cause, 'PHX_CREDENTIALS_FILE')) {
    return new CommandError('noInput', error.cause.message);
  }
  if (error instanceof TransportError) {
    return new CommandError(exitOfDial(error), `${error.message}\n(${DOCTOR})`);
  }
  if (hasCode(error, 'PHX_JOIN_REFUSED') && error instanceof JoinError) {
    const answer = secrets.excerpt(JSON.stringify(error.response), EXCERPT);
    return new CommandError('noPermission', `${error.topic} refused the join: ${answer}`);
  }
  const exit = exitOfCode(error);
  return exit === null ? error : new CommandError(exit, (error as Error).message);
}

/** As the doctor would end. */
function exitOfDial({ close }: TransportError): ExitName {
  switch (close.cause) {
    case 'refused':
      return problemOfStatus(close.status ?? 0).exit;
    case 'proxy':
      return close.status === null
        ? problemOfCode(codeOf(close.error)).exit
        : problemOfStatus(close.status).exit;
    case 'network':
      return problemOfCode(codeOf(close.error)).exit;
    case 'connectTimeout':
      return 'temporary';
    case 'credentials':
    case 'unauthorized':
    case 'renewed':
    case 'peer':
    case 'heartbeatTimeout':
    case 'writeTimeout':
    case 'inboxFull':
    case 'requested':
      return 'unavailable';
  }
}

function exitOfCode(error: unknown): ExitName | null {
  if (hasCode(error, 'PHX_UNAUTHORIZED')) return 'noPermission';
  if (hasCode(error, 'PHX_ENCODING')) return 'data';
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
