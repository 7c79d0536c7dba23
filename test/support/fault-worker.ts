/** A recording worker whose time and chance the test decides, over whatever transport it is given. */

import type { Clock } from '../../src/clock.js';
import type { Client } from '../../src/client/handle.js';
import { Commands } from '../../src/client/commands.js';
import { type ClientOptions, startClient } from '../../src/client/start.js';
import type { JoinOptions, Push, PushOptions } from '../../src/index.js';
import { realEnvironment } from '../../src/sockets/environment.js';
import { RecordingWorker } from './recording-worker.js';

/** The middle of every draw. */
const MIDDLE = 0.5;

export class ClockedWorker extends RecordingWorker {
  readonly #commands = new Commands();

  /** `chance` is what every draw gives, from 0 up to but not including 1. */
  startOn(clock: Clock, options: ClientOptions, chance = MIDDLE): Client {
    const real = realEnvironment(options.telemetry);
    const environment = { ...real, clock, random: () => chance };
    const overrides = { init: false, handlePresence: true, handleReply: true };
    return startClient(this, this.#commands, options, overrides, environment);
  }

  override joinTopic(topic: string, params?: unknown, options?: JoinOptions): void {
    this.#commands.join(topic, params, options);
  }

  override leaveTopic(topic: string): void {
    this.#commands.leave(topic);
  }

  override pushEvent(topic: string, event: string, payload?: unknown, options?: PushOptions): Push {
    return this.#commands.push(topic, event, payload, options);
  }

  override connectNow(): void {
    this.#commands.connect(undefined);
  }

  override disconnectNow(): void {
    this.#commands.disconnect();
  }
}
