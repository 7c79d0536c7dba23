/** Both logs, as the contract is run over them. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { diskLog } from '../../../src/daemon/inbox/disk-log.js';
import type { EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { Limits } from '../../../src/daemon/inbox/kept-events.js';
import { memoryLog } from '../../../src/daemon/inbox/memory-log.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

export type OpenLog = (limits: Limits) => Promise<EventLog>;

export const LOGS: readonly (readonly [string, OpenLog])[] = [
  ['in memory', async (limits) => memoryLog(limits)],
  ['on disk', async (limits) => openDisk(join(temporaryFolder(), 'inbox'), limits)],
];

/** Closed when the test is done, should it not be. */
export async function openDisk(path: string, limits: Limits): Promise<EventLog> {
  const log = await diskLog(path, limits, { lockTimeout: 0 });
  onTestFinished(() => log.close());
  return log;
}

/** Resolves when all that was appended can be read. */
export async function settled(log: EventLog): Promise<void> {
  const cursor = log.cursor('settled', { wants: () => false, order: 'none', lasting: false });
  await cursor.saved();
  cursor.close();
}
