/** The exit codes of every command, after sysexits.h, and the error that names one. */

import { hasCode, wordsOf } from '../errors.js';
import { SYSEXITS } from '../worker/exits.js';

/** By name, each with what it says of the command that ended so. */
export const EXITS = {
  ok: { code: 0, says: 'done, or the reader of the output has gone' },
  failed: { code: 1, says: 'a reply that is an error, or an error in a script for the repl' },
  usage: { code: SYSEXITS.usage, says: 'wrong command, option, URL or topic' },
  data: { code: SYSEXITS.data, says: 'JSON that is none, or what cannot be sent' },
  noInput: { code: SYSEXITS.noInput, says: 'a file that cannot be read' },
  unavailable: {
    code: SYSEXITS.unavailable,
    says: 'unreachable, or no Phoenix socket at that address',
  },
  internal: { code: SYSEXITS.software, says: 'a mistake of this program' },
  output: { code: SYSEXITS.inputOutput, says: 'what it prints cannot be written' },
  temporary: { code: SYSEXITS.temporary, says: 'too late or overloaded: it may work later' },
  protocol: {
    code: SYSEXITS.protocol,
    says: 'the server answers, but not as Phoenix Channels does',
  },
  noPermission: {
    code: SYSEXITS.noPermission,
    says: 'refused: credentials, certificate, a join, or a port one may not open',
  },
  config: { code: SYSEXITS.config, says: 'the server and the options do not fit together' },
  interrupted: { code: 130, says: 'Ctrl-C' },
  terminated: { code: 143, says: 'SIGTERM' },
} as const;

export type ExitName = keyof typeof EXITS;

/** What a command cannot do, in one line or two for a person: what, the value unless it is a secret, the remedy. */
export class CommandError extends Error {
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.name = 'CommandError';
    this.exit = exit;
  }
}

/** How a command ends that threw this. */
export function exitOf(error: unknown): ExitName {
  if (error instanceof CommandError) return error.exit;
  if (hasCode(error, 'PHX_BAD_OPTION')) return 'usage';
  if (hasCode(error, 'PHX_CREDENTIALS_FILE')) return 'noInput';
  return hasCode(error, 'PHX_MISSING_DEPENDENCY') ? 'unavailable' : 'internal';
}

/** What is said on stderr about it. */
export function complaintOf(error: unknown): string {
  const words = `error: ${wordsOf(error)}`;
  return exitOf(error) === 'internal' ? `${words}\n(a mistake of this program: report it)` : words;
}
