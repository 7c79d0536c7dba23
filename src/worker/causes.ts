/** What is behind an error: what caused it, in whose words, and whether another life could do better. */

import {
  CallbackError,
  hasCode,
  PhoenixSocketError,
  SupervisionError,
  wordsOf,
} from '../errors.js';
import type { StopReason } from '../sockets/client-status.js';
import { namedThrown } from '../telemetry/thrown.js';

/** The error, what caused it, and so on: a ring of causes ends, too. */
export function causesOf(error: unknown): readonly unknown[] {
  const causes = new Set<unknown>();
  let cause = error;
  while (cause instanceof Error && !causes.has(cause)) {
    causes.add(cause);
    cause = cause.cause;
  }
  return [...causes];
}

/** Fields of a line for whoever runs the process: an error of ours by its code and message, anybody else's with its stack. */
export function toldOf(error: unknown): { readonly thrown: string; readonly error: string } {
  const root = rootOf(error);
  const stack = root instanceof PhoenixSocketError ? null : stackOf(root);
  return { thrown: namedThrown(root), error: stack ?? wordsOf(root) };
}

/** The same of an end; without fields when nothing went wrong. */
export function whyOf(reason: StopReason): object {
  if ('error' in reason) return toldOf(reason.error);
  if (!('close' in reason)) return {};
  const { cause, status, reason: words, error } = reason.close;
  return { cause, status, error: words, ...(error !== undefined && toldOf(error)) };
}

/** Which end a life has come to that every other one would come to as well; null: it may have been bad luck. */
export function incurable(error: unknown): 'store' | 'config' | null {
  // `init` runs alike in each life; what other callbacks throw depends on what they were told.
  const root = error instanceof CallbackError && error.callback === 'init' ? error.cause : error;
  if (hasCode(root, 'PHX_STORE_CORRUPT', 'PHX_STORE_VERSION')) return 'store';
  return hasCode(root, 'PHX_BAD_OPTION', 'PHX_MISSING_DEPENDENCY') ? 'config' : null;
}

/** Without what only says where it was thrown, or how often. */
function rootOf(error: unknown): unknown {
  const isWrapped = error instanceof SupervisionError || error instanceof CallbackError;
  return isWrapped ? rootOf(error.cause) : error;
}

/** It may be anything, and getting it may throw. */
function stackOf(thrown: unknown): string | null {
  try {
    return thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack : null;
  } catch {
    return null;
  }
}
