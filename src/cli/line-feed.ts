/** Lines of a pipe for a prompt: each is typed when the one before has been answered, as a person would. */

import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';

export class LineFeed {
  /** What the prompt reads. */
  readonly input = new PassThrough();
  readonly #lines: AsyncIterator<string>;

  constructor(source: Readable) {
    this.#lines = createInterface({ input: source })[Symbol.asyncIterator]();
  }

  /** The next line, or the end. */
  async next(): Promise<void> {
    const line = await this.#lines.next();
    if (line.done === true) this.input.end();
    else this.input.write(`${line.value}\n`);
  }
}
