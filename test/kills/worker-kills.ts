/** Kills a whole worker again and again, client, store and all, and judges what its lives and the server say. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosServer } from '../chaos/chaos-server.js';
import { Crew } from '../chaos/crew.js';
import { endingViolations, storeViolations } from '../chaos/ending.js';
import { ChaosModel } from '../chaos/model.js';
import { Chance } from '../support/chart-chance.js';

export type WorkerKills = {
  readonly kills: number;
  /** Decides what is pushed and when each kill comes; the machine has its say, too. */
  readonly seed: number;
};
export type WorkerKillsReport = {
  readonly seed: number;
  /** How many were done: fewer than asked for when a store could not be read. */
  readonly kills: number;
  /** Before anything of that life had arrived: it was loading, opening its store, or joining. */
  readonly killsBeforeArrivals: number;
  readonly pushes: ChaosModel['counts'];
  /** The first twenty. */
  readonly broken: readonly string[];
  /** The journal and the store, for a look at them; null when all is well, and they are gone. */
  readonly left: string | null;
};

const WORKER = 1;
const TOPICS = ['room:1', 'room:2', 'room:3'];
/** Milliseconds between two pushes, and for a reply: more is pushed than can be confirmed, so that something is in the store at each kill. */
const BEAT = 2;
const LAG = 30;
const EARLY = { share: 0.2, ms: 800 };
const LATE = { arrivals: 200, ms: 5 };
/** Milliseconds for a life to get so far, and for the last one to settle. */
const PATIENCE = 120_000;
const ASKED_EVERY = 50;
/** Of broken promises: one that is broken by every push is no better told by thousands. */
const SHOWN = 20;

/** `test/chaos/life.ts` must have been compiled. */
export async function killWorkers({ kills, seed }: WorkerKills): Promise<WorkerKillsReport> {
  const folder = mkdtempSync(join(tmpdir(), 'worker-kills-'));
  await using play = await Play.begin(folder, seed);
  let [done, early, broken] = [0, 0, [] as readonly string[]];
  while (done < kills && broken.length === 0) {
    if (await play.liveAndDie()) early += 1;
    done += 1;
    broken = await play.unreadable();
  }
  if (broken.length === 0) broken = await play.end();
  if (broken.length === 0) rmSync(folder, { recursive: true });
  return {
    seed,
    kills: done,
    killsBeforeArrivals: early,
    pushes: play.model.counts,
    broken: broken.slice(0, SHOWN),
    left: broken.length === 0 ? null : folder,
  };
}

class Play implements AsyncDisposable {
  readonly model = new ChaosModel();
  readonly #chance: Chance;
  readonly #server: ChaosServer;
  readonly #crew: Crew;

  static async begin(folder: string, seed: number): Promise<Play> {
    const server = await ChaosServer.start(TOPICS);
    server.double.faults.delay(LAG);
    const tokenPath = join(folder, 'token');
    writeFileSync(tokenPath, String(server.oldestToken));
    const terms = { url: server.double.url, seed, topics: TOPICS, beat: BEAT, tokenPath, folder };
    return new Play(server, new Crew(terms), seed);
  }

  private constructor(server: ChaosServer, crew: Crew, seed: number) {
    this.#server = server;
    this.#crew = crew;
    this.#chance = new Chance(seed);
  }

  /** Whether it died before anything of it had arrived. */
  async liveAndDie(): Promise<boolean> {
    const isEarly = this.#chance.happens(EARLY.share);
    const arrivals = Math.ceil(this.#chance.random() * LATE.arrivals);
    const ms = this.#chance.random() * (isEarly ? EARLY.ms : LATE.ms);
    const before = this.#server.arrivals.length;
    this.#crew.start(WORKER);
    if (!isEarly) await this.#until(() => this.#server.arrivals.length >= before + arrivals, 1);
    await pause(ms);
    await this.#crew.kill(WORKER);
    return this.#server.arrivals.length === before;
  }

  async unreadable(): Promise<readonly string[]> {
    const stores = [...(await this.#crew.stores()).values()];
    return stores.filter((found) => typeof found === 'string');
  }

  /** A last life sends what is left; each broken promise, in words. */
  async end(): Promise<readonly string[]> {
    this.#crew.start(WORKER);
    this.#server.hush();
    this.#server.double.faults.heal();
    this.#crew.settle();
    await this.#until(async () => (await this.#crew.standing(WORKER))?.isSettled, ASKED_EVERY);
    const standings = new Map([[WORKER, await this.#crew.standing(WORKER)]]);
    const ending = endingViolations(standings, this.#server, this.#crew.accidents);
    await this.#crew.stop();
    this.#crew.tell(this.model);
    for (const arrival of this.#server.arrivals) this.model.arrived(arrival);
    const stores = storeViolations(await this.#crew.stores());
    return [...this.model.verdict(), ...ending, ...stores].map(({ what }) => what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#crew.abandon();
    await this.#server.stop();
  }

  /** Or until there is no more patience: what is missing then is found at the end. */
  async #until(
    isSo: () => boolean | undefined | Promise<boolean | undefined>,
    every: number,
  ): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (performance.now() < deadline && (await isSo()) !== true) await pause(every);
  }
}
