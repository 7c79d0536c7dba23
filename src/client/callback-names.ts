/** Callbacks that could not be called: those that are no functions, and methods whose names are nearly those of callbacks. */

import { badOption } from '../errors.js';
import { shown } from '../policy/requirements.js';

/** Letters that may differ. */
const NEARLY = 2;

/** Throws `PHX_BAD_OPTION` for a method of the worker that is a misspelt callback. `base` has the callbacks. */
export function refuseNearCallbacks(worker: object, base: object): void {
  const callbacks = Object.getOwnPropertyNames(base).filter(isCallback);
  for (const name of methodsOf(worker, base)) {
    const meant = callbacks.find((callback) => isNearly(name, callback));
    if (meant === undefined || callbacks.includes(name)) continue;
    const remedy = `write ${meant}, or give the method another name`;
    throw badOption(`${name} is no callback and would never be called: ${remedy}`);
  }
}

/** Throws `PHX_BAD_OPTION` for a callback that a field of the worker hides behind something else. */
export function requireCallable(worker: object, base: object): void {
  for (const callback of Object.getOwnPropertyNames(base).filter(isCallback)) {
    const value: unknown = Reflect.get(worker, callback);
    if (typeof value === 'function') continue;
    throw badOption(`${callback} is ${shown(value)}: write a method, or leave it out`);
  }
}

function isCallback(name: string): boolean {
  return name.startsWith('handle') || name === 'init' || name === 'terminate';
}

/** Of the object itself and of every class below `base`. */
function methodsOf(worker: object, base: object): readonly string[] {
  const names: string[] = [];
  let holder: object | null = worker;
  while (holder !== null && holder !== base) {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(holder));
    names.push(
      ...properties.filter(([, { value }]) => typeof value === 'function').map(([name]) => name),
    );
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return names;
}

/** `handleJoin`, `handle_joined`, `handlejoined`, `handleJoind`. What does not begin with `handle` must only be cased otherwise. */
function isNearly(name: string, callback: string): boolean {
  const [said, meant] = [plain(name), plain(callback)];
  if (!said.startsWith('handle') || !meant.startsWith('handle')) return said === meant;
  const [near, far] = [said.slice('handle'.length), meant.slice('handle'.length)];
  if (near.length > 3 && far.startsWith(near)) return true;
  return distance(near, far) <= Math.min(NEARLY, Math.floor(far.length / 3));
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Levenshtein's: letters to put in, leave out or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(a).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
