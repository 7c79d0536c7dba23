/** What can go wrong with a store, in words that name it and the remedy. */

import { hasCode, PhoenixSocketError, StoreError, wordsOf } from '../errors.js';

/** `store` is its path, or says which it is. */
export function locked(store: string, options?: ErrorOptions): StoreError {
  const remedy = 'give each a store of its own, or stop the other one';
  const problem = `another client or process has ${store} open: ${remedy}`;
  return new StoreError('PHX_STORE_LOCKED', problem, options);
}

export function corrupt(store: string, damage: string, options?: ErrorOptions): StoreError {
  const remedy =
    'nothing was changed or deleted: move the folder away, and start with an empty one';
  const problem = `${store} cannot be read as a store: ${damage}; ${remedy}`;
  return new StoreError('PHX_STORE_CORRUPT', problem, options);
}

export function tooNew(store: string, schema: number, known: number): StoreError {
  const remedy = 'use the newer version of this package that wrote it, or another path';
  const problem = `${store} has schema ${schema}, and the newest known here is ${known}: ${remedy}`;
  return new StoreError('PHX_STORE_VERSION', problem);
}

export function unopened(store: string, limit: number): StoreError {
  const problem = `${store} did not open within ${limit} ms: look at its disk or mount`;
  return new StoreError('PHX_STORE_FAILED', problem);
}

/** Whether another process has the store: one of this process would not let go of it by being waited for. */
export function isElsewhere(error: unknown): boolean {
  if (!hasCode(error, 'PHX_STORE_LOCKED')) return false;
  // LevelDB's util/env_posix.cc and env_windows.cc; everything else that it says of a lock is the system's word.
  return !wordsOf(error.cause).endsWith('already held by process');
}

/** What the disk or the database threw. Their messages name files, and never what is in them. */
export function storeErrorOf(store: string, thrown: unknown): PhoenixSocketError {
  if (thrown instanceof PhoenixSocketError) return thrown;
  const cause = rootOf(thrown);
  const code = codeOf(cause);
  if (code === 'LEVEL_LOCKED') return locked(store, { cause });
  if (code === 'LEVEL_CORRUPTION') return corrupt(store, wordsOf(cause), { cause });
  const problem = `the disk refused ${store}: ${wordsOf(cause)}; what is stored stays`;
  return new StoreError('PHX_STORE_FAILED', problem, { cause });
}

/** A database that does not open says why in its cause. */
function rootOf(thrown: unknown): unknown {
  const isWrapped = codeOf(thrown) === 'LEVEL_DATABASE_NOT_OPEN';
  return isWrapped && thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
}

export function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
