/** The terminal: what others say goes above the line that is being typed. */

import { clearLine, createInterface, cursorTo } from 'node:readline';

/** Who has not touched a key for so long has stopped typing. */
const PAUSE = 2000;

export class Screen {
  readonly #readline = createInterface({ input: process.stdin, output: process.stdout });
  readonly #isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  #isTyping = false;
  #pause: NodeJS.Timeout | undefined;

  /** The answer to a question; what ends the input ends the program. */
  ask(question: string): Promise<string> {
    return new Promise((resolve) => {
      this.#readline.question(question, (answer) => {
        resolve(answer.trim());
      });
    });
  }

  /** The lines that are typed, until Ctrl-C, Ctrl-D, or the end of the input. */
  lines(): AsyncIterable<string> {
    this.#readline.once('SIGINT', () => {
      this.close();
    });
    this.#prompt();
    return this.#readline;
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
      note(this.#readline.line.length > 0);
    });
    this.#readline.once('close', () => {
      clearTimeout(this.#pause);
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

  #prompt(): void {
    if (this.#isTerminal) this.#readline.prompt(true);
  }
}

/** What others send may hold escape sequences, which would be obeyed by our terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
