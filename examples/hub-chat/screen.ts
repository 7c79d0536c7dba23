/** The terminal: what others say goes above the line that is being typed. */

import { clearLine, createInterface, cursorTo } from 'node:readline';

/** Who has not touched a key for so long has stopped typing. */
const PAUSE = 2000;

export class Screen {
  readonly #readline = createInterface({ input: process.stdin, output: process.stdout });
  /** From the start: a pipe may have been read before anybody asks. */
  readonly #lines = this.#readline[Symbol.asyncIterator]();
  readonly #isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  #isTyping = false;
  #isClosed = false;
  #pause: NodeJS.Timeout | undefined;

  constructor() {
    this.#readline.once('SIGINT', () => {
      this.close();
    });
    this.#readline.once('close', () => {
      this.#isClosed = true;
      clearTimeout(this.#pause);
    });
  }

  /** The answer to a question; empty when nobody answers. */
  async ask(question: string): Promise<string> {
    process.stdout.write(question);
    return (await this.#next()).trim();
  }

  /** The lines that are typed, until Ctrl-C, Ctrl-D, or the end of the input. */
  async *lines(): AsyncIterable<string> {
    this.#prompt();
    for await (const line of this.#lines) {
      yield line;
      this.#prompt();
    }
  }

  /** Tells when a line is begun, and when it is sent, emptied or left alone for a while. */
  onTyping(tell: (typing: boolean) => void): void {
    const note = (typing: boolean) => {
      clearTimeout(this.#pause);
      if (typing) this.#pause = setTimeout(note, PAUSE, false);
      if (typing !== this.#isTyping) tell(typing);
      this.#isTyping = typing;
    };
    process.stdin.on('keypress', () => {
      if (!this.#isClosed) note(this.#readline.line.length > 0);
    });
  }

  print(text: string): void {
    if (this.#isTerminal) {
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
    }
    console.log(plain(text));
    this.#prompt();
  }

  close(): void {
    this.#readline.close();
  }

  async #next(): Promise<string> {
    const line = await this.#lines.next();
    return line.done === true ? '' : line.value;
  }

  /** Not after the end: it would open the keyboard again. */
  #prompt(): void {
    if (this.#isTerminal && !this.#isClosed) this.#readline.prompt(true);
  }
}

/** What others send may hold escape sequences, which would be obeyed by our terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
