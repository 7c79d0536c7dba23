/** Whether anything is taken from outside: not while the worker ends, and not without end. */

import { UsageError } from '../errors.js';
import type { Ending } from './ending.js';
import type { Mailbox } from './mailbox.js';

/** Throws `PHX_STOPPED`. */
export function requireOpen(command: string, ending: Ending): void {
  if (!ending.isClosing) return;
  const state = ending.isStopping ? 'stopped' : 'began to drain';
  throw new UsageError('PHX_STOPPED', `${command} after the worker ${state}: start a new one`);
}

/** Throws `PHX_STOPPED` or `PHX_MAILBOX_FULL`. */
export function requireIntake(command: string, ending: Ending, mailbox: Mailbox): void {
  requireOpen(command, ending);
  if (!mailbox.isFull) return;
  throw new UsageError(
    'PHX_MAILBOX_FULL',
    `${command}: ${mailbox.limit} turns wait already (inbox.messages): slow down, or make the callbacks faster`,
  );
}
