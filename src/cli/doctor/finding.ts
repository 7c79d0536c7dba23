/** What one step of the doctor's walk comes to: in the words of who reads it, and with what the next steps need. */

import type { ExitName } from '../exit-codes.js';

/** In the order of the walk. */
export const STEPS = [
  'url',
  'dns',
  'tcp',
  'tls',
  'upgrade',
  'subprotocol',
  'vsn',
  'heartbeat',
  'join',
  'close',
] as const;

export type Step = (typeof STEPS)[number];

/** Why a step may have failed, what to do about it, and how a command ends that is stopped by it. */
export type Problem = {
  readonly cause: string;
  readonly remedy: string;
  readonly exit: ExitName;
};

export type Passed<T> = {
  readonly result: 'ok';
  readonly saw: string;
  /** How long it took; null where that says nothing. */
  readonly ms: number | null;
  readonly found: T;
};
export type Failed = {
  readonly result: 'failed';
  readonly saw: string;
  readonly problem: Problem;
};
export type Skipped = { readonly result: 'skipped'; readonly saw: string };

export type Outcome<T = null> = Passed<T> | Failed | Skipped;

export type Finding = { readonly step: Step; readonly outcome: Outcome<unknown> };

export function passed<T>(saw: string, ms: number | null, found: T): Passed<T> {
  return { result: 'ok', saw, ms, found };
}

export function failed(saw: string, problem: Problem): Failed {
  return { result: 'failed', saw, problem };
}

export function skipped(saw: string): Skipped {
  return { result: 'skipped', saw };
}
