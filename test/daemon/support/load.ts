/** A server that says something all the time, and an application that pushes all the time, each push until it is taken. */

import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type Put, TOPICS, type World } from './world.js';

export class Load {
  /** Those that the daemon has taken. */
  readonly taken: Put[] = [];
  readonly #world: World;
  readonly #every: number;
  readonly #off = new AbortController();
  readonly #done: Promise<unknown>;

  /** Milliseconds from one event of a topic to the next; pushes follow one another at once. */
  constructor(world: World, every: number) {
    this.#world = world;
    this.#every = every;
    onTestFinished(() => this.stop());
    this.#done = Promise.all(TOPICS.flatMap((topic) => [this.#say(topic), this.#put(topic)]));
  }

  async stop(): Promise<void> {
    this.#off.abort();
    await this.#done;
  }

  #isOn(): boolean {
    return !this.#off.signal.aborted;
  }

  async #say(topic: string): Promise<void> {
    while (this.#isOn()) {
      this.#world.say(topic);
      await pause(this.#every);
    }
  }

  async #put(topic: string): Promise<void> {
    for (let n = 1; this.#isOn(); n += 1) {
      while (!(await this.#isTaken(topic, n)) && this.#isOn()) await pause(20);
    }
  }

  async #isTaken(topic: string, n: number): Promise<boolean> {
    const isTaken = await this.#world.put(topic, n).catch(() => false);
    if (isTaken) this.taken.push({ topic, n, key: `${topic}/${n}` });
    return isTaken;
  }
}
