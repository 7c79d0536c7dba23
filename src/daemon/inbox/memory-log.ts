/** A log in memory: it ends with the process. */

import { randomBytes } from 'node:crypto';
import { isBytes, viewOf } from '../../protocol/bytes.js';
import type { InboxEvent } from './event.js';
import type { EventLog } from './event-log.js';
import { InboxLog } from './inbox-log.js';
import type { Admit, Journal } from './journal.js';
import type { Limits } from './kept-events.js';

const EPOCH_BYTES = 6;
/** Of what is around a payload when it is encoded. */
const ENVELOPE = 120;

export function memoryLog(limits: Limits): EventLog {
  return new InboxLog(newEpoch(), limits, new NoJournal());
}

export function newEpoch(): string {
  return randomBytes(EPOCH_BYTES).toString('hex');
}

class NoJournal implements Journal {
  readonly unwritten = 0;
  readonly failed = new Promise<never>(() => undefined);

  write(event: InboxEvent, admit: Admit): void {
    admit(event, sizeOf(event));
  }

  dropped(): void {}

  held(): void {}

  changed(): void {}

  async saved(): Promise<void> {}

  async close(): Promise<void> {}
}

function sizeOf({ topic, event, payload }: InboxEvent): number {
  const names = Buffer.byteLength(topic ?? '') + Buffer.byteLength(event);
  return ENVELOPE + names + payloadSize(payload);
}

function payloadSize(payload: unknown): number {
  if (isBytes(payload)) return Math.ceil((viewOf(payload).length * 4) / 3);
  return Buffer.byteLength(JSON.stringify(payload ?? null));
}
