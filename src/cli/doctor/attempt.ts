/** One thing that may take too long or fail: done in so many milliseconds, or a failed step. */

import { systemClock } from '../../clock.js';
import { type Failed, failed } from './finding.js';
import { codeOf, type LateStep, problemOfCode, problemOfLateness } from './diagnosis.js';

/** How long each step may take, and who may end the walk. */
export type Limits = { readonly timeout: number; readonly signal: AbortSignal };

export type Attempt<T> =
  | { readonly isDone: true; readonly value: T; readonly ms: number }
  | { readonly isDone: false; readonly outcome: Failed };

/** Rejects only with the reason of `limits.signal`. What `work` opened it closes when its own signal is aborted. */
export async function attempt<T>(
  step: LateStep,
  limits: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Attempt<T>> {
  const late = new AbortController();
  const signal = AbortSignal.any([limits.signal, late.signal]);
  const timer = systemClock.setTimeout(() => late.abort(), limits.timeout);
  const began = systemClock.monotonic();
  try {
    const value = await Promise.race([work(signal), aborted(signal)]);
    return { isDone: true, value, ms: systemClock.monotonic() - began };
  } catch (error) {
    limits.signal.throwIfAborted();
    const outcome = late.signal.aborted ? tooLate(step, limits.timeout) : broken(error);
    return { isDone: false, outcome };
  } finally {
    systemClock.clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function tooLate(step: LateStep, timeout: number): Failed {
  return failed(`nothing within ${timeout} ms`, problemOfLateness(step));
}

function broken(error: unknown): Failed {
  const code = codeOf(error);
  return failed(code === '' ? String(error) : code, problemOfCode(code));
}
