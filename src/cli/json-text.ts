/** JSON that somebody typed. */

import { wordsOf } from '../errors.js';
import { CommandError } from './exit-codes.js';

const QUOTE = `quote it for the shell, '{"name": "value"}'`;

/** The parser's own words quote the text, which may hold a secret: only the place is taken from them. */
export function jsonOf(what: string, text: string, remedy = QUOTE): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, at] = /position (\d+)/.exec(wordsOf(error)) ?? [];
    const place = at === undefined ? '' : ` from character ${Number(at) + 1} on`;
    throw new CommandError('data', `${what} is not JSON${place}: ${remedy}`);
  }
}
