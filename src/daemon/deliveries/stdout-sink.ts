/** Standard output as a sink: as fast as whoever reads it. */

import type { Writable } from 'node:stream';
import { wordsOf } from '../../errors.js';
import { BrokenSink, type LineSink } from './line-sink.js';

export class StdoutSink implements LineSink {
  readonly kind = 'stdout';
  readonly #stdout: Writable;

  constructor(stdout: Writable) {
    this.#stdout = stdout;
    // What goes wrong is told to who writes; without a listener it would end the process.
    stdout.on('error', ignore);
  }

  write(lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdout.write(lines, (error) => {
        if (error)
          reject(new BrokenSink(`stdout cannot be written: ${wordsOf(error)}`, { cause: error }));
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#stdout.off('error', ignore);
    return Promise.resolve();
  }
}

function ignore(): void {}
