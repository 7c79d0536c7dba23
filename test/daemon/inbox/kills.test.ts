/** What could be read of a log is there after its process was killed, and what was done and saved does not come again. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChildProgram, SLOW_START } from '../../support/child-program.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openDisk } from './logs.js';
import { LASTING, taken } from './news.js';

const APPENDER = new URL('programs/appender.ts', import.meta.url);
const LIMITS = { messages: 100_000, size: 2 ** 28 };

test(
  'a log has all that could be read, unchanged, after its process was killed three times',
  async () => {
    const path = join(temporaryFolder(), 'inbox');
    const read = new Map<string, string>();
    const saved = new Set<string>();
    for (const lines of [1, 200, 3000]) {
      await using program = new ChildProgram(APPENDER, [path]);
      for (let said = 0; said < lines; said += 1) await program.next();
      program.signal('SIGKILL');
      for (const line of (await program.ended).said) take(line, read, saved);
      const log = await openDisk(path, LIMITS);
      const found = new Map(
        log.read(0, 100_000).map(({ id, payload }) => [id, JSON.stringify(payload)]),
      );
      for (const [id, payload] of read) expect(found.get(id)).toBe(payload);
      const again = new Set(taken(log.cursor('app', LASTING)).map(({ id }) => id));
      expect([...saved].filter((id) => again.has(id))).toEqual([]);
      expect(
        [...read.keys()].filter((id) => Number(id.split('-')[1]) % 3 === 0 && !again.has(id)),
      ).toEqual([]);
      await log.close();
    }
    expect(saved.size).toBeGreaterThan(0);
  },
  SLOW_START,
);

/** A line is said whole or not at all; an id stands for one payload for ever. */
function take(line: string, read: Map<string, string>, saved: Set<string>): void {
  const [id = '', payload = ''] = line.slice(1).split(' ');
  if (line.startsWith('-')) {
    saved.add(id);
    return;
  }
  expect(read.get(id) ?? payload).toBe(payload);
  read.set(id, payload);
}
