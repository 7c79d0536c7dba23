/** Colours, where a person looks: on a terminal, and as `NO_COLOR` wishes. */

import { styleText } from 'node:util';

export type Colour = 'green' | 'red' | 'yellow' | 'gray' | 'bold';

export type Paint = (colour: Colour, text: string) => string;

/** What a terminal has and a pipe or a file has not. */
type Screen = { readonly isTTY?: boolean; hasColors?(): boolean };

/** `hasColors` of a terminal reads `NO_COLOR`, `FORCE_COLOR` and `TERM`. */
export function hasColours(stream: Screen): boolean {
  return stream.isTTY === true && stream.hasColors?.() === true;
}

export function paintFor(stream: Screen): Paint {
  const isColourful = hasColours(stream);
  return (colour, text) =>
    isColourful ? styleText(colour, text, { validateStream: false }) : text;
}
