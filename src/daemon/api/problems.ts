/** What a library error is to who asks over HTTP. */

import { type ErrorCode, hasCode, type PhoenixSocketError } from '../../index.js';
import { Problem } from '../listeners/problem.js';

/** The status of each code that a request can meet, what it is called, and whether the same request may do better later. */
const PROBLEMS: {
  readonly [C in ErrorCode]?: readonly [status: number, title: string, retry?: 'later'];
} = {
  PHX_BAD_OPTION: [422, 'The request says what it may not'],
  PHX_ENCODING: [422, 'The payload cannot be sent'],
  PHX_MAILBOX_FULL: [429, 'Too much is under way', 'later'],
  PHX_STOPPED: [503, 'The daemon is stopping', 'later'],
  PHX_NOT_STARTED: [503, 'The daemon is starting', 'later'],
  PHX_STORE_LOCKED: [503, 'The store cannot be written', 'later'],
  PHX_STORE_CORRUPT: [503, 'The store cannot be written', 'later'],
  PHX_STORE_VERSION: [503, 'The store cannot be written', 'later'],
  PHX_STORE_FAILED: [503, 'The store cannot be written', 'later'],
  PHX_JOIN_REFUSED: [422, 'The server refused the join'],
  PHX_JOIN_PARAMS: [422, 'The join has no params'],
  PHX_JOIN_TIMEOUT: [504, 'The join was not answered in time'],
  PHX_JOIN_LOST: [503, 'The join was lost', 'later'],
  PHX_CHANNEL_CRASHED: [502, 'The channel crashed'],
  PHX_LEAVE_TIMEOUT: [504, 'The leave was not answered in time'],
};
/** Seconds. */
export const RETRY_AFTER = '1';

const CODES = Object.keys(PROBLEMS) as readonly ErrorCode[];

/** Null: it is no error that a request can have met. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (!hasCode(error, ...CODES)) return null;
  return problemOf(error);
}

function problemOf(error: PhoenixSocketError): Problem {
  const [status, title, retry] = PROBLEMS[error.code] ?? [500, 'The daemon failed'];
  const headers = retry === 'later' ? { 'retry-after': RETRY_AFTER } : {};
  const response = 'response' in error ? { response: error.response } : {};
  const { code } = error;
  return new Problem({ status, code }, error.message, { title, headers, fields: response });
}
