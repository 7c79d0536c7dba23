/** Opens the inbox that is configured: in memory, or on disk. */

import { bytes } from '../policy/duration.js';
import type { Logger } from '../telemetry/log-to.js';
import type { Config } from './config/schema.js';
import { diskLog } from './inbox/disk-log.js';
import type { EventLog } from './inbox/event-log.js';
import { memoryLog } from './inbox/memory-log.js';

const MESSAGES = 10_000;
const SIZE = '64MiB';

/** Rejects with a `StoreError`. */
export function openInbox({ inbox = {} }: Config, logger: Logger): Promise<EventLog> {
  const { messages = MESSAGES, size = SIZE, store } = inbox;
  const limits = { messages, size: bytes('inbox.size', size) };
  const waits = (ms: number): void => {
    const message =
      'another process has the inbox open: it is waited for, and then the start fails';
    logger.warn({ store, waitsFor: ms, remedy: 'stop the other one' }, message);
  };
  return store === undefined
    ? Promise.resolve(memoryLog(limits))
    : diskLog(store, limits, { waits });
}
