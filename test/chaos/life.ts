/** One life of a worker, as a process: it obeys the stage, and says what it has left open when it ends. */

import type { Client, ClientOptions } from 'gen-socket-client';
import { levelStore } from 'gen-socket-client/store';
import { Journal } from './journal.js';
import type { Order, Terms } from './orders.js';
import { roleOf } from './roles.js';
import { leaksSince, type Resources, resources } from './resources.js';
import { ChaosWorker, tokenIn } from './worker.js';

/** Of a topic that was refused or closed, too: by default that may be minutes. */
const REJOIN_MS = 500;
/** Everything that waits waits little, so that much happens in a minute; the floors of the policies hold all the same. */
const OPTIONS: ClientOptions = {
  reconnect: { min: 50, max: 1000, stableAfter: 2000 },
  rejoin: ({ retryIn }) => Math.min(retryIn ?? REJOIN_MS, REJOIN_MS),
  heartbeat: { interval: 500, timeout: 500 },
  timeouts: { connect: 1000, join: 1500, push: 1500, leave: 1000, credentials: 1000 },
  confirmed: { min: 50, max: 500 },
  longpoll: { requestTimeout: 2000, closeTimeout: 300 },
  websocket: { writeTimeout: 2000, closeTimeout: 300 },
};
/** Behind all that was due before; the stage waits a little longer. */
const REPORT_MS = 18_000;
const DRAIN = { grace: 3000, force: 1000 };

const terms = JSON.parse(process.argv[2] ?? '') as Terms;
const journal = new Journal(terms.journalPath, terms.life);
let isEnding = false;
for (const event of ['uncaughtException', 'unhandledRejection', 'warning']) {
  process.on(event, (about) => complain(`${event}: ${String(about)}`));
}

process.on('message', obey);
process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', () => void end((running) => running.drain(DRAIN)));
// Node opens it when the first socket is destroyed: that is no leak.
process.stderr.write('');
const before = resources();
journal.write({ kind: 'started' });
const worker = new ChaosWorker(terms, journal);
const client = worker.start({
  ...OPTIONS,
  ...roleOf(terms.worker),
  outbox: { ttl: 5000, store: levelStore(terms.storePath), keyField: 'id' },
  url: terms.url,
  credentials: () => ({
    params: {
      worker: String(terms.worker),
      life: String(terms.life),
      token: tokenIn(terms.tokenPath),
    },
  }),
  telemetry: worker,
});
void client.stopped.then(({ kind }) => {
  if (!isEnding) complain(`it stopped by itself: ${kind}`);
});

function obey({ order }: Order): void {
  switch (order) {
    case 'settle':
      client.notify('settle');
      return;
    case 'report':
      void report();
      return;
    case 'stop':
      void end((running) => running.stop());
  }
}

/** Its heap is looked at in the order of its turns: what is due before has been done. */
async function report(): Promise<void> {
  try {
    process.send?.(await client.call('report', { timeout: REPORT_MS }));
  } catch (error) {
    complain(`it could not report: ${String(error)}`);
  }
}

async function end(how: (running: Client<ChaosWorker>) => Promise<unknown>): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await how(client);
  await client.stopped;
  // What settled with the stop is told in a turn of its own.
  await new Promise((resolve) => setImmediate(resolve));
  await sayWhatIsLeft(before);
  journal.close();
  process.exit(0);
}

async function sayWhatIsLeft(earlier: Resources): Promise<void> {
  journal.write({ kind: 'stopped', leaks: await leaksSince(earlier) });
}

function complain(about: string): void {
  journal.write({ kind: 'complained', about });
}
