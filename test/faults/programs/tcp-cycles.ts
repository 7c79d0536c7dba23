/** Hundreds of workers, one after the other, over real connections, and what they leave in the process. */

import { Agent } from 'node:http';
import { GenSocketClient, type Joined } from '../../../src/index.js';
import { heapInUse } from '../../support/heap.js';
import { say } from '../../support/say.js';

const TOPIC = 'ping:1';
/** Until the compiler has settled and every table has its size. */
const WARM_UP = 300;
const WORKERS = 300;

/** Is answered, is cut off, comes back, and stops with a push in flight. */
class Worker extends GenSocketClient {
  override init(): void {
    this.join(TOPIC);
  }

  override async handleJoined({ gap }: Joined): Promise<void> {
    await this.push(TOPIC, 'ping').ok();
    if (gap === null) {
      this.push(TOPIC, 'kill_transport');
      return;
    }
    await this.push(TOPIC, 'noreply', {}, { timeout: '1h' }).sent();
    this.stop();
  }
}

const agent = new Agent();

async function run(workers: number): Promise<void> {
  const reconnect = { min: 1, max: 1, jitter: 'none' } as const;
  const options = { url: process.argv[2] ?? '', reconnect, websocket: { agent } };
  for (let n = 0; n < workers; n += 1) await new Worker().start(options).stopped;
}

function listeners(): number {
  return [process, agent].reduce((sum, emitter) => sum + listenersOf(emitter), 0);
}

function listenersOf(emitter: NodeJS.EventEmitter): number {
  const counts = emitter.eventNames().map((name) => emitter.listenerCount(name));
  return counts.reduce((sum, count) => sum + count, 0);
}

await run(WARM_UP);
const before = { heap: await heapInUse(), listeners: listeners() };
await run(WORKERS);
say('heap', (await heapInUse()) - before.heap);
say('listeners', listeners() - before.listeners);
say('sockets', Object.keys({ ...agent.sockets, ...agent.requests, ...agent.freeSockets }).length);
say('resources', ...process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'));
