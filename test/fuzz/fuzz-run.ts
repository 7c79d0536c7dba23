/** A fuzz run: so many wrong frames through a whole client, and what must be true of it during and after. */

import { readFrame } from '../../src/protocol/inbound.js';
import type { Frame, Serializer } from '../../src/protocol/serializer.js';
import { v1 } from '../../src/protocol/v1-serializer.js';
import { v2 } from '../../src/protocol/v2-serializer.js';
import { environmentOf, optionsIn } from '../../src/sockets/environment.js';
import { Chance } from '../support/chart-chance.js';
import { pass, quiet } from '../support/passing-time.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import type { Corpus } from './corpus.js';
import { FuzzedServer } from './fuzzed-server.js';
import { FuzzedWorker, TOPICS } from './fuzzed-worker.js';
import { Mutations } from './mutations.js';

export type FuzzOptions = {
  readonly seed: number;
  readonly corpus: Corpus;
  readonly version: 1 | 2;
};

export type FuzzResult = {
  readonly frames: number;
  readonly misread: number;
  /** What was wrong, in words, with the frame where one alone was to blame. */
  readonly failures: readonly string[];
};

/** Frames between two looks at the clock, as a busy server would write them at once. */
const BURST = 50;
const BETWEEN_BURSTS = 50;
/** All back-offs and timeouts of the policies are shorter. */
const RECOVERY = 15 * 60_000;
const MOST_FAILURES = 5;

export class FuzzRun {
  readonly worker = new FuzzedWorker();
  readonly #clock = new SimulatedClock();
  readonly #chance: Chance;
  readonly #serializer: Serializer;
  readonly #server: FuzzedServer;
  readonly #mutations: Mutations;
  readonly #failures: string[] = [];
  #frames = 0;
  #misread = 0;

  constructor({ seed, corpus, version }: FuzzOptions) {
    this.#chance = new Chance(seed);
    this.#serializer = version === 1 ? v1 : v2;
    this.#server = new FuzzedServer(this.#serializer);
    this.#mutations = new Mutations(this.#chance, corpus, version);
  }

  /** `midway` is called when a tenth has been said, with all tables as full as they will be. */
  async run(frames: number, midway: () => Promise<void>): Promise<FuzzResult> {
    const unhandled = (error: unknown): void => this.#fail('not handled', error);
    process.on('unhandledRejection', unhandled).on('uncaughtException', unhandled);
    const environment = environmentOf(this.#clock, this.#chance.random, this.worker);
    const client = this.worker.start(optionsIn(environment, this.#options()));
    await pass(this.#clock, 1000);
    while (this.#frames < frames && this.#failures.length < MOST_FAILURES) {
      await this.#burst();
      if (this.#frames === Math.ceil(frames / 10 / BURST) * BURST) await midway();
    }
    await this.#recover();
    const stopped = client.stop();
    await pass(this.#clock, 60_000);
    await stopped;
    if (this.#clock.pending > 0) this.#fail(`${this.#clock.pending} timers left`);
    process.off('unhandledRejection', unhandled).off('uncaughtException', unhandled);
    return { frames: this.#frames, misread: this.#misread, failures: this.#failures };
  }

  #options(): object {
    return {
      url: 'ws://fuzzed/socket',
      transports: [this.#server],
      serializer: this.#serializer,
      telemetry: this.worker,
    };
  }

  async #burst(): Promise<void> {
    const { newest } = this.#server;
    const topic = this.#chance.pick(TOPICS) ?? '';
    if (this.worker.isJoined(topic)) {
      this.worker.ask(topic, 'ask');
      this.worker.ask(topic, 'hold');
      // Replies to it are matched by ref alone, also on a later join.
      if (this.worker.gauges?.confirmed.pushes === 0) this.worker.ask(topic, 'ask', 'confirmed');
    }
    for (let count = 0; count < BURST && newest !== null; count += 1) {
      this.#say(this.#mutations.next(newest.standing), (frame) => newest.frame(frame));
    }
    await pass(this.#clock, BETWEEN_BURSTS);
  }

  /** One frame that cannot be read is one fact, and nothing else is. */
  #say(frame: Frame, deliver: (frame: Frame) => void): void {
    const isBad = readFrame(this.#serializer, frame) instanceof Error;
    const before = this.worker.misread;
    try {
      deliver(frame);
    } catch (error) {
      this.#fail(`thrown at ${shown(frame)}`, error);
    }
    this.#frames += 1;
    this.#misread += isBad ? 1 : 0;
    const told = this.worker.misread - before;
    // A client that is between two connections hears nothing.
    if (told !== (isBad ? 1 : 0) && this.#server.newest !== null) {
      this.#fail(`misread ${told} times: ${shown(frame)}`);
    }
  }

  /** Whatever was said, the client works: every topic is joined, hears what is said, and is answered. */
  async #recover(): Promise<void> {
    await pass(this.#clock, RECOVERY);
    const { worker } = this;
    for (const topic of TOPICS) {
      if (!worker.isJoined(topic)) this.#fail(`${topic} is not joined again`);
      const push = worker.ask(topic, 'ask');
      this.#server.say(topic, 'alive', { count: this.#frames });
      await quiet();
      await pass(this.#clock, 1000);
      const answer = await push.outcome();
      if (!answer.ok) this.#fail(`${topic} is not answered`, answer.error);
      const heard = JSON.stringify(worker.heard.get(topic));
      if (heard !== JSON.stringify({ count: this.#frames })) this.#fail(`${topic} hears nothing`);
    }
    await pass(this.#clock, RECOVERY);
    this.#look();
  }

  /** Nothing is left of what was said. */
  #look(): void {
    const { gauges, failures, unsettled } = this.worker;
    const left = { failures, unsettled, inbox: gauges?.inbox, unanswered: gauges?.unanswered };
    const waiting = { outbox: gauges?.outbox.messages, confirmed: gauges?.confirmed.pushes };
    const held = { ...left, ...waiting };
    if (Object.values(held).some((count) => count !== 0))
      this.#fail(`left: ${JSON.stringify(held)}`);
    if (Object.hasOwn(Object.prototype, 'polluted')) this.#fail('Object.prototype has a new field');
  }

  #fail(what: string, error?: unknown): void {
    const words = error instanceof Error ? (error.stack ?? error.message) : '';
    this.#failures.push(words === '' ? what : `${what}: ${words}`);
  }
}

function shown(frame: Frame): string {
  const text =
    typeof frame === 'string' ? JSON.stringify(frame) : Buffer.from(frame).toString('hex');
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length})` : text;
}
