/** Waits for work, or for nobody wanting it any more. */

export function unlessAborted<R>(signal: AbortSignal, work: Promise<R>): Promise<R | 'aborted'> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve('aborted');
    const forget = (): void => signal.removeEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).then(forget, forget);
  });
}
