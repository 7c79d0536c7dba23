/** Appends and consumes as fast as it can until it is killed: `appender <path>`; says each id it could read, and each that it had done and saved. */

import { writeSync } from 'node:fs';
import { diskLog } from '../../../../src/daemon/inbox/disk-log.js';
import type { InboxEvent } from '../../../../src/daemon/inbox/event.js';
import { BY_TOPIC, news } from '../news.js';

const log = await diskLog(process.argv[2] ?? '', { messages: 100_000, size: 2 ** 28 });
const cursor = log.cursor('app', { ...BY_TOPIC, lasting: true });
const never = new AbortController().signal;

void append();
for (;;) {
  await cursor.ready(never);
  for (let event = cursor.next(); event; event = cursor.next()) take(event);
}

/** Of three one stays in flight. */
function take(event: InboxEvent): void {
  writeSync(1, `+${event.id} ${JSON.stringify(event.payload)}\n`);
  if (event.position % 3 === 0) return;
  cursor.done(event);
  void cursor.saved().then(() => writeSync(1, `-${event.id}\n`));
}

async function append(): Promise<never> {
  for (let number = 0; ; number += 1) {
    await log.append(news(`t${number}`, { pid: process.pid, number }));
    if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
