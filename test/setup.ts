/** Fails a test that warns unexpectedly, and a test file that leaves something open. */

import { setTimeout as pause } from 'node:timers/promises';
import { format } from 'node:util';
import { afterAll, afterEach } from 'vitest';

/** Node's own warnings that are always a mistake of the code under test. */
const MISTAKES = new Set([
  'MaxListenersExceededWarning',
  'TimeoutNaNWarning',
  'TimeoutNegativeWarning',
  'TimeoutOverflowWarning',
]);

/**
 * What is closed is let go of some turns of the event loop later, and no event tells it; vitest itself
 * reports on a timer of 100 ms. So: 2 s in all.
 */
const TURNS = 200;
const TURN_MS = 10;

/** Vitest's channel to its main process. */
const vitests = countEach(process.getActiveResourcesInfo());
const said: string[] = [];

console.warn = (...args: unknown[]) => void said.push(`console.warn: ${format(...args)}`);
console.error = (...args: unknown[]) => void said.push(`console.error: ${format(...args)}`);
process.on('warning', (warning) => {
  if (MISTAKES.has(warning.name)) said.push(`${warning.name}: ${warning.message}`);
});

afterEach(failIfSaid);

afterAll(async () => {
  failIfSaid();
  const open = await stillOpen();
  if (open.length > 0) throw new Error(`left open by this file: ${open.join(', ')}`);
});

function failIfSaid(): void {
  const all = said.splice(0);
  if (all.length > 0) throw new Error(`unexpected warning\n${all.join('\n')}`);
}

async function stillOpen(): Promise<readonly string[]> {
  for (let turn = 0; turn < TURNS && opened().length > 0; turn += 1) await pause(TURN_MS);
  return opened();
}

/** Node's names of what keeps the process alive: TCPServerWrap, TCPSocketWrap, Timeout, ProcessWrap… */
function opened(): readonly string[] {
  const now = countEach(process.getActiveResourcesInfo());
  return [...now].flatMap(([name, count]) => {
    const excess = count - (vitests.get(name) ?? 0);
    return excess > 0 ? [`${String(excess)} ${name}`] : [];
  });
}

function countEach(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
