/** Names what was thrown without repeating its words: a parser's error quotes the very text that it could not read. */

import { CallbackError } from '../errors.js';

/** A name that its author chose, and no text: as classes, codes and functions have. */
const NAME = /^[\w.$]{1,64}$/;
/** A line of V8's stack that says a place in a file. */
const FRAME = /^ {4}at (.*:\d+:\d+\)?)$/m;

/** `TypeError at Worker.handleMessage (file:///app/worker.js:12:9)`; with the code in between, when it has one. */
export function namedThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? nameOf(thrown) : typeof thrown;
  } catch {
    return 'what cannot be looked at';
  }
}

/** The same of what a callback threw. */
export function namedCause(error: unknown): string {
  return namedThrown(error instanceof CallbackError ? error.cause : error);
}

/** Throws for an error whose fields do, or are not what they should be. */
function nameOf(thrown: Error): string {
  const { name, message, stack } = thrown;
  const code: unknown = Reflect.get(thrown, 'code');
  const place = FRAME.exec(placesIn(stack, message))?.[1];
  return [isName(name) ? name : 'Error', isName(code) ? code : null, place && `at ${place}`]
    .filter(Boolean)
    .join(' ');
}

/** `Error.prepareStackTrace` may have made anything of it. */
function placesIn(stack: unknown, message: string): string {
  return typeof stack === 'string' ? stack.replace(message, '') : '';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
