/** A worker with topics, pushes in flight and presence, that counts what befalls it and keeps none of it. */

import type { Gauges, Telemetry, TelemetryFact } from '../../src/index.js';
import { type Delivery, GenSocketClient, type Message, type Push } from '../../src/index.js';

export const TOPICS = ['room:1', 'room:2', 'room:3', 'room:here', '__proto__', 'constructor'];

export class FuzzedWorker extends GenSocketClient implements Telemetry {
  misread = 0;
  /** Pushes without an outcome. */
  unsettled = 0;
  /** The worker's own code never fails, so whoever says so is wrong. */
  failures = 0;
  gauges: Gauges | null = null;
  /** The last text that was said alone, by topic. */
  readonly heard = new Map<string, unknown>();

  override init(): void {
    for (const topic of TOPICS) this.join(topic);
  }

  override handleMessage({ topic, event, payload }: Message): void {
    if (event === 'alive') this.heard.set(topic, payload);
  }

  /** To have presence kept and told. */
  override handlePresence(): void {
    return;
  }

  fact({ name }: TelemetryFact): void {
    if (name === 'frame.misread') this.misread += 1;
    if (name === 'callback.failed') this.failures += 1;
  }

  watch(gauges: Gauges): void {
    this.gauges = gauges;
  }

  isJoined(topic: string): boolean {
    return this.joined(topic);
  }

  ask(topic: string, event: 'ask' | 'hold', delivery: Delivery = 'buffered'): Push {
    const push = this.push(topic, event, {}, { delivery });
    this.unsettled += 1;
    void push.outcome().then(() => {
      this.unsettled -= 1;
    });
    return push;
  }
}
