/** What a text without quotes means where no YAML parser has seen it: as YAML 1.2's core schema reads it. */

import type { Scalar } from './tree.js';

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['', null],
  ...words(['~', 'null'], null),
  ...words(['true'], true),
  ...words(['false'], false),
]);
const INTEGER = /^[-+]?(?:0|[1-9]\d*)$/;
const OTHER_NUMBER =
  /^(?:0o[0-7]+|0x[\da-f]+|[-+]?(?:\.\d+|\d+\.\d*)(?:e[-+]?\d+)?|[-+]?\d+e[-+]?\d+)$/i;

/** A row of digits that a number would change stays a text: it may be a token. */
export function scalarOf(text: string): Scalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!INTEGER.test(text) && !OTHER_NUMBER.test(text)) return text;
  const number = Number(text);
  const isChanged = INTEGER.test(text) && !Number.isSafeInteger(number);
  return isChanged || !Number.isFinite(number) ? text : number;
}

function words(names: readonly string[], value: Scalar): [string, Scalar][] {
  return names.flatMap((name) =>
    [name, name.toUpperCase(), (name[0] ?? '').toUpperCase() + name.slice(1)].map(
      (word): [string, Scalar] => [word, value],
    ),
  );
}
