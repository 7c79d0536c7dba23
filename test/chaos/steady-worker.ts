/** The worker of the steady soak, in a process of its own: takes all it is sent, pushes, reconnects, and is measured. */

import {
  type Gauges,
  GenSocketClient,
  type Telemetry,
  type TelemetryFact,
} from 'gen-socket-client';
import { heapInUse } from '../support/heap.js';
import { handles } from './resources.js';
import type { Sample } from './steady-verdict.js';

/** Milliseconds between two bundles of pushes. */
const BEAT = 20;
const PUSHES = 10;

class SteadyWorker extends GenSocketClient implements Telemetry {
  readonly #topics: readonly string[];
  #messages = 0;
  #replies = 0;
  #reconnects = -1;
  #gauges: Gauges | null = null;

  constructor(topics: readonly string[]) {
    super();
    this.#topics = topics;
  }

  override init(): void {
    for (const topic of this.#topics) this.join(topic);
    this.every(BEAT, () => this.#push());
  }

  override handleMessage(): void {
    this.#messages += 1;
  }

  override handleReply(): void {
    this.#replies += 1;
  }

  /** Messages go on meanwhile: they wait for this. */
  override async handleCall(_request: unknown): Promise<Sample> {
    const heap = await heapInUse();
    const { messages } = { messages: this.#messages + this.#replies };
    const { sockets, shed = 0 } = this.#gauges ?? { sockets: { connected: 0 } };
    const alive = process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
    return {
      messages,
      shed,
      reconnects: Math.max(0, this.#reconnects),
      sockets: sockets.connected,
      heap,
      handles: handles(),
      alive,
    };
  }

  fact({ name }: TelemetryFact): void {
    if (name === 'socket.opened') this.#reconnects += 1;
  }

  watch(gauges: Gauges): () => void {
    this.#gauges = gauges;
    return () => (this.#gauges = null);
  }

  #push(): void {
    for (let n = 0; n < PUSHES; n += 1) {
      const topic = this.#topics[n % this.#topics.length] ?? '';
      if (this.joined(topic)) this.push(topic, 'work', { n });
    }
  }
}

const { url, topics } = JSON.parse(process.argv[2] ?? '') as {
  readonly url: string;
  readonly topics: readonly string[];
};
process.once('disconnect', () => process.exit(1));
const worker = new SteadyWorker(topics);
const client = worker.start({
  url,
  reconnect: { min: 10, max: 50, stableAfter: 100 },
  rejoin: { delays: [10] },
  telemetry: worker,
});
process.on('message', (order) => void obey(order));

async function obey(order: unknown): Promise<void> {
  if (order === 'sample') {
    process.send?.(await client.call('sample', { timeout: '30s' }));
    return;
  }
  await client.stop();
  process.exit(0);
}
