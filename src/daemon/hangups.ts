/** Listens to SIGHUP from the first moment of the process: until somebody heeds it, it is kept for them and ends nothing. */

export class Hangups implements Disposable {
  #heed: (() => void) | null = null;
  #hasMissed = false;

  constructor() {
    process.on('SIGHUP', this.#heard);
  }

  /** Called at once when one has come already. */
  heed(heed: () => void): void {
    this.#heed = heed;
    if (this.#hasMissed) heed();
  }

  [Symbol.dispose](): void {
    process.off('SIGHUP', this.#heard);
  }

  readonly #heard = (): void => {
    if (this.#heed === null) this.#hasMissed = true;
    else this.#heed();
  };
}
