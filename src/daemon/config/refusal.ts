/** What code refuses of an option, said of the key that it stands under. */

import { hasCode } from '../../errors.js';
import type { Path } from './origin.js';

/** What a rule says of a path. */
export type Found = { readonly path: Path; readonly what: string; readonly remedy: string };

/** Nothing: the check did not throw. */
export function refusal(path: Path, check: () => unknown): readonly Found[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!hasCode(error, 'PHX_BAD_OPTION')) throw error;
    return [foundIn(error.message, path)];
  }
}

/** `option.key[0] is 5: write …`, or the same of a thing that is no option. */
const WORDS = /^(?:option )?([A-Za-z]+(?:\.\w+|\[[^\]]*\])*)? ?([^]*?): ([^]*)$/;

function foundIn(message: string, path: Path): Found {
  const [, option = '', what = message, remedy = 'look at docs/policies.md'] =
    WORDS.exec(message) ?? [];
  const [first, ...keys] = keysIn(option);
  const isOurs = first !== undefined && first === path.at(-1);
  // The words of a subject that is no key of ours belong to what is said.
  const said = isOurs || option === '' ? what : `${option} ${what}`;
  return { path: isOurs ? [...path, ...keys] : path, what: withoutValues(said), remedy };
}

/** What stands in an address may be a secret. */
function withoutValues(what: string): string {
  return what.replace(/^endpoint (?:"[^]*" )?/, '').replace(/ is "[^]*"(?= and )/, ' is another');
}

function keysIn(option: string): readonly string[] {
  return [...option.matchAll(/[^.[\]]+/g)].map(([key]) => key);
}
