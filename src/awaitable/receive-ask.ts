/** What somebody asks for who receives: which messages, for how long, until which signal. */

import type { MessageFact } from '../channel/facts.js';
import { badOption } from '../errors.js';
import { milliseconds } from '../policy/duration.js';
import { shown } from '../policy/requirements.js';
import { requireOptions } from '../sockets/option-names.js';
import { requireSignal } from '../sockets/topic-commands.js';
import type { WaitOptions } from './inbox.js';
import { isLike } from '../protocol/pattern.js';

const OPTIONS = ['timeout', 'signal'];

export type Ask = {
  /** Throws what the asker's own function throws. */
  readonly takes: (message: MessageFact) => boolean;
  /** In words, for errors. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number | false;
  readonly signal?: AbortSignal;
};

/** `given` are the arguments of `receive`. Throws `PHX_BAD_OPTION`. */
export function askOf(given: readonly unknown[], timeout: number | false): Ask {
  const [first, second, third] = given;
  if (typeof first === 'string') {
    requireSearch(first, second);
    return { ...ofEvent(first, second), ...termsOf(third, timeout) };
  }
  if (typeof first === 'function') {
    const takes = (message: MessageFact) => isLike(message, first);
    return { takes, what: 'what a function chooses', ...termsOf(second, timeout) };
  }
  return { takes: () => true, what: 'any message', ...termsOf(first, timeout) };
}

/** What can match nothing would be known only at the deadline. */
function requireSearch(event: string, match: unknown): void {
  if (event === '') throw badOption('receive was given an empty event: name one, or leave it out');
  if (match !== null) return;
  throw badOption('receive was given null to match: leave it out, or write undefined');
}

function ofEvent(event: string, match: unknown): Pick<Ask, 'takes' | 'what'> {
  const takes =
    match === undefined
      ? (message: MessageFact) => message.event === event
      : (message: MessageFact) => message.event === event && isLike(message.payload, match);
  return {
    takes,
    what: match === undefined ? `'${event}'` : `'${event}' that matches${hintFor(match)}`,
  };
}

/** Options stand third; where a payload is described they are fields of it. */
function hintFor(match: unknown): string {
  if (typeof match !== 'object' || match === null) return '';
  const names = Object.keys(match);
  const areOptions = names.length > 0 && names.every((name) => OPTIONS.includes(name));
  return areOptions ? ` { ${names.join(', ')} } (options stand third)` : '';
}

function termsOf(options: unknown, otherwise: number | false): Pick<Ask, 'timeout' | 'signal'> {
  if (options === undefined) return { timeout: otherwise };
  if (typeof options !== 'object' || options === null) {
    throw badOption(`receive was given ${shown(options)}: write an event, a function, or options`);
  }
  requireOptions(options, OPTIONS);
  const { timeout = otherwise, signal }: WaitOptions = options;
  if (signal !== undefined) requireSignal(signal);
  return {
    timeout: timeout === false ? false : milliseconds('timeout', timeout),
    ...(signal !== undefined && { signal }),
  };
}
