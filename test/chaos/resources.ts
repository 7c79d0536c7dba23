/** What a process holds: file handles, and what keeps it alive. */

import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export type Resources = {
  readonly handles: number;
  /** By Node's names: TCPSocketWrap, Timeout, PipeWrap… */
  readonly alive: { readonly [name: string]: number };
};

/**
 * What is closed is let go of some turns of the event loop later, and no event tells it; Node's `fetch` keeps a connection for
 * four seconds more.
 */
const PATIENCE = { turns: 800, ms: 10 };

export function resources(): Resources {
  const alive: { [name: string]: number } = {};
  for (const name of process.getActiveResourcesInfo()) alive[name] = (alive[name] ?? 0) + 1;
  return { handles: handles(), alive };
}

/** What there is more of than there was, when it has had time to go. */
export async function leaksSince(before: Resources): Promise<readonly string[]> {
  for (let turn = 0; turn < PATIENCE.turns && leaks(before).length > 0; turn += 1) {
    await pause(PATIENCE.ms);
  }
  return leaks(before);
}

/** Linux tells them; elsewhere none are counted. Reading the list opens one more, which is in each count. */
export function handles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function leaks(before: Resources): readonly string[] {
  const now = resources();
  const more = Object.entries({ ...now.alive, 'file handle': now.handles }).map(
    ([name, count]) =>
      [
        name,
        count - (name === 'file handle' ? before.handles : (before.alive[name] ?? 0)),
      ] as const,
  );
  return more.filter(([, excess]) => excess > 0).map(([name, excess]) => `${excess} ${name}`);
}
