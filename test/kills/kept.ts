/** What a store must have after its owner was killed. */

import type { StoredPush } from 'gen-socket-client/store';

/** What is known of one life of the writer. */
export type Life = {
  /** The keys that were there when it began, in order. */
  readonly before: readonly string[];
  /** Keys from this number on are its own. */
  readonly first: number;
  /** `+key` for a put that resolved, `-key` for a delete about to be asked for. */
  readonly said: readonly string[];
  /** What was there when it was over. */
  readonly found: readonly StoredPush[];
};

const DIGITS = 9;
/** In characters; the largest is longer than a block of LevelDB's log. */
const SIZES = [0, 100, 3000, 40_000];

/** In the order of numbers. */
export function keyOf(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

/** The payload follows from the key, so that one that has changed is seen. */
export function pushOf(key: string): StoredPush {
  const size = SIZES[Number(key) % SIZES.length] ?? 0;
  const payload = { of: key, filler: key.slice(-1).repeat(size) };
  return { key, topic: `orders:${Number(key) % 3}`, event: 'ack', payload, expires: null };
}

/** Each broken promise, in words; none: all were kept. */
export function brokenPromises({ before, first, said, found }: Life): readonly string[] {
  const keys = found.map(({ key }) => key);
  const there = new Set(keys);
  const known = new Set(before);
  const isRisen = (key: string) => key < keyOf(first) && !known.has(key);
  return [
    ...confirmed(before, said)
      .filter((key) => !there.has(key))
      .map((key) => `${key} was lost`),
    ...keys.filter(isRisen).map((key) => `${key} came back`),
    ...keys
      .filter((key, index) => index > 0 && key <= (keys[index - 1] ?? ''))
      .map((key) => `${key} is out of its place`),
    ...found.filter(isChanged).map(({ key }) => `${key} was changed`),
  ];
}

function confirmed(before: readonly string[], said: readonly string[]): readonly string[] {
  const keys = new Set(before);
  for (const line of said) {
    if (line.startsWith('+')) keys.add(line.slice(1));
    if (line.startsWith('-')) keys.delete(line.slice(1));
  }
  return [...keys];
}

function isChanged(push: StoredPush): boolean {
  return JSON.stringify(push) !== JSON.stringify(pushOf(push.key));
}
