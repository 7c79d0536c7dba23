/** Two hundred crashes of a supervised worker over TCP, and what they leave in the process. */

import { type Client, GenSocketClient, supervise } from '../../../src/index.js';
import { heapInUse, turn } from '../../support/heap.js';
import { say } from '../../support/say.js';

/** Until the compiler has settled and every table has its size. */
const WARM_UP = 100;
const RESTARTS = 200;
const TURNS = 50;

const [url = ''] = process.argv.slice(2);
let joined: () => void = () => undefined;

class Crashing extends GenSocketClient {
  override init(): void {
    this.join('room:1');
  }

  override handleJoined(): void {
    joined();
  }

  override handleInfo(): never {
    throw new TypeError('of the worker');
  }
}

function nextJoined(): Promise<void> {
  return new Promise((resolve) => {
    joined = resolve;
  });
}

async function crash(client: Client, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const next = nextJoined();
    client.notify('crash');
    await next;
  }
}

const first = nextJoined();
const restart = { max: 1_000_000, minDelay: 0, maxDelay: 0 };
const telemetry = { fact: () => undefined };
const client = supervise(() => new Crashing(), { url, restart, telemetry });
await first;
await crash(client, WARM_UP);
const before = await heapInUse();
await crash(client, RESTARTS);
say('heap', (await heapInUse()) - before);
say('restarts', client.status.restarts);
await client.stop();
for (let turns = 0; turns < TURNS; turns += 1) await turn();
say('left', ...process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'));
