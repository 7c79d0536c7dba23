/** Brings what was given up to the file of dead letters, as often as the disk wants it. */

import type { Clock } from '../../clock.js';
import { wordsOf } from '../../errors.js';
import { type DeadLetter, DeadLetterFile } from './dead-letters.js';
import type { Naps } from './naps.js';
import type { Tally } from './tally.js';

/** Between two attempts to write: a disk that is full stays so for a while. */
const REST = 1000;

export type BurialParts = { readonly clock: Clock; readonly naps: Naps; readonly tally: Tally };

export class Burial {
  readonly #file: DeadLetterFile;
  readonly #parts: BurialParts;

  constructor(path: string, parts: BurialParts) {
    this.#file = new DeadLetterFile(path);
    this.#parts = parts;
  }

  /** Resolves when it is on the disk, or with false when the signal has come first. */
  async bury(letter: Omit<DeadLetter, 'time'>, signal: AbortSignal): Promise<boolean> {
    const { clock, naps, tally } = this.#parts;
    const dated = { time: new Date(clock.now()).toISOString(), ...letter };
    while (!signal.aborted) {
      try {
        await this.#file.append(dated);
        return true;
      } catch (error) {
        tally.trouble(`the file of dead letters cannot be written: ${wordsOf(error)}`);
      }
      await naps.take(REST);
    }
    return false;
  }
}
