/**
 * Puts and deletes as fast as it can until it is killed: `writer <path> <first number>`. Each line is written before it goes
 * on: `+key` after its put resolved, `-key` before its delete is asked for.
 */

import { writeSync } from 'node:fs';
import { levelStore } from 'gen-socket-client/store';
import { keyOf, pushOf } from '../kept.js';

/** Asking at once, so that writes have several puts in them. */
const LANES = 8;
/** Deletes outrun puts above this many, so that the store stays small enough to be read after each kill. */
const FULL = 300;
const PUTS = 0.55;

const [path = '', first = '0'] = process.argv.slice(2);
const store = levelStore(path);
const stored: string[] = [];
let next = Number(first);

say('opening');
for await (const { key } of store.all()) stored.push(key);
say('open');
await Promise.all(Array.from({ length: LANES }, () => work()));

async function work(): Promise<never> {
  for (;;) await (stored.length < FULL && Math.random() < PUTS ? put() : forget());
}

async function put(): Promise<void> {
  const key = keyOf(next);
  next += 1;
  await store.put(pushOf(key));
  say(`+${key}`);
  stored.push(key);
}

async function forget(): Promise<void> {
  const [key] = stored.splice(Math.floor(Math.random() * stored.length), 1);
  if (key === undefined) return put();
  say(`-${key}`);
  await store.delete(key);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
