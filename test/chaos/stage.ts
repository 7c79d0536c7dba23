/** Performs a schedule on real processes, lets everything settle, and has it judged. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultProxy } from '../support/fault-proxy.js';
import { ChaosServer } from './chaos-server.js';
import { Conditions } from './conditions.js';
import { Crew } from './crew.js';
import { ChaosModel, type Violation } from './model.js';
import type { Standing } from './orders.js';
import { type ChaosFault, isLastingChaos, type Scheduled } from './schedule.js';
import { endingViolations, storeViolations } from './ending.js';

export type Play = {
  readonly seed: number;
  readonly workers: number;
  readonly topics: readonly string[];
  readonly schedule: readonly Scheduled[];
  /** Told now and then how far it has come. */
  readonly progress: (line: string) => void;
};

export type Played = {
  readonly violations: readonly Violation[];
  /** What was pushed, what arrived, how it settled. */
  readonly pushes: { readonly [what: string]: number };
  /** How often each fault was performed, and what the proxy did. */
  readonly faults: { readonly [kind: string]: number };
  readonly network: { readonly [did: string]: number };
  /** What the last life of each worker lived through, together. */
  readonly lived: { readonly [what: string]: number };
  /** Milliseconds from the last fault until all had settled; null: they never did. */
  readonly settledIn: number | null;
  /** Bytes that the heap of the worker that was never killed has grown by. */
  readonly heapGrowth: number;
};

/** Milliseconds between two pushes of a worker. */
const BEAT = 25;
/** Milliseconds. Most settle within five seconds; a join that has timed out again and again may wait for a minute. */
const SETTLING = 120_000;
const ASKED_EVERY = 250;
const PROGRESS_EVERY = 10_000;
const NETWORK = [
  'accepted',
  'closed',
  'reset',
  'refuse',
  'blackhole',
  'stall',
  'delay',
  'split',
] as const;

export class Stage implements AsyncDisposable {
  readonly #play: Play;
  readonly #folder: string;
  readonly #server: ChaosServer;
  readonly #proxy: FaultProxy;
  readonly #crew: Crew;
  readonly #conditions: Conditions;
  readonly #performed = new Map<string, number>();
  /** Faults that are being done or still hold. */
  readonly #running = new Set<Promise<void>>();

  static async set(play: Play): Promise<Stage> {
    const server = await ChaosServer.start(play.topics);
    const proxy = await FaultProxy.start(server.double.port, { seed: play.seed });
    return new Stage(play, server, proxy);
  }

  private constructor(play: Play, server: ChaosServer, proxy: FaultProxy) {
    this.#play = play;
    this.#server = server;
    this.#proxy = proxy;
    this.#folder = mkdtempSync(join(tmpdir(), 'gen-socket-client-chaos-'));
    this.#conditions = new Conditions(server, proxy);
    const { seed, topics } = play;
    const url = proxy.urlOf('/socket');
    const tokenPath = this.#tokenPath;
    this.#crew = new Crew({ url, seed, topics, beat: BEAT, tokenPath, folder: this.#folder });
  }

  async perform(): Promise<Played> {
    const started = performance.now();
    this.#issueToken();
    for (let worker = 1; worker <= this.#play.workers; worker += 1) this.#crew.start(worker);
    let shown = 0;
    for (const { at, fault } of this.#play.schedule) {
      await pause(Math.max(0, started + at - performance.now()));
      if (at - shown >= PROGRESS_EVERY) this.#show((shown = at));
      this.#run(fault);
    }
    await Promise.all(this.#running);
    return this.#finale();
  }

  /** Ends what is left, wherever it was. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#crew.abandon();
    await this.#proxy[Symbol.asyncDispose]();
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #tokenPath(): string {
    return join(this.#folder, 'token');
  }

  async #finale(): Promise<Played> {
    const from = performance.now();
    const standings = await this.#settled();
    const settledIn = this.#isOver(standings) ? performance.now() - from : null;
    const ending = endingViolations(standings, this.#server, this.#crew.accidents);
    await this.#crew.stop();
    const model = new ChaosModel();
    this.#crew.tell(model);
    for (const arrival of this.#server.arrivals) model.arrived(arrival);
    const stores = storeViolations(await this.#crew.stores());
    return {
      violations: [...model.verdict(), ...ending, ...stores],
      pushes: model.counts,
      faults: Object.fromEntries(this.#performed),
      network: Object.fromEntries(NETWORK.map((did) => [did, this.#proxy.count(did)])),
      lived: summed([...standings.values()].map((standing) => standing?.counts ?? {})),
      settledIn,
      heapGrowth: growthOf(standings.get(1)),
    };
  }

  /** Asks until all have, or there is no more patience. */
  async #settled(): Promise<ReadonlyMap<number, Standing | null>> {
    this.#server.hush();
    this.#crew.settle();
    const deadline = performance.now() + SETTLING;
    for (;;) {
      const { workers } = this.#crew;
      const answers = await Promise.all(workers.map((worker) => this.#crew.standing(worker)));
      const standings = new Map(workers.map((worker, at) => [worker, answers[at] ?? null]));
      if (this.#isOver(standings) || performance.now() > deadline) return standings;
      await pause(ASKED_EVERY);
    }
  }

  #isOver(standings: ReadonlyMap<number, Standing | null>): boolean {
    const all = [...standings.values()].every((standing) => standing?.isSettled === true);
    return all && endingViolations(standings, this.#server, []).length === 0;
  }

  #run(fault: ChaosFault): void {
    this.#performed.set(fault.kind, (this.#performed.get(fault.kind) ?? 0) + 1);
    const done = this.#do(fault).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #do(fault: ChaosFault): Promise<void> {
    if (isLastingChaos(fault)) {
      this.#conditions.begin(fault);
      await pause(fault.lasts);
      this.#conditions.end(fault);
      return;
    }
    const { double } = this.#server;
    switch (fault.kind) {
      case 'serverCrash':
        await double.stop();
        await pause(fault.down);
        await double.restart();
        return;
      case 'serverRestart':
        await double.restart({ drain: true });
        return;
      case 'drain':
        await double.drain();
        return;
      case 'kick':
        double.kick(fault.code);
        return;
      case 'channelCrash':
        double.crash(fault.topic);
        return;
      case 'channelStop':
        double.stopChannel(fault.topic);
        return;
      case 'tokenExpiry':
        this.#server.expire();
        await pause(fault.late);
        this.#issueToken();
        return;
      case 'workerKill':
        await this.#crew.kill(fault.worker);
        await pause(fault.down);
        this.#crew.start(fault.worker);
        return;
      case 'workerRestart':
        await this.#crew.terminate(fault.worker);
        this.#crew.start(fault.worker);
    }
  }

  #issueToken(): void {
    writeFileSync(this.#tokenPath, String(this.#server.oldestToken));
  }

  #show(at: number): void {
    const last = this.#play.schedule.at(-1)?.at ?? 0;
    const faults = [...this.#performed.values()].reduce((sum, count) => sum + count, 0);
    const seconds = (ms: number) => Math.round(ms / 1000);
    this.#play.progress(
      `${seconds(at)} s of ${seconds(last)} s: ${faults} faults, ${this.#server.arrivals.length} arrivals`,
    );
  }
}

function summed(all: readonly { readonly [what: string]: number }[]): { [what: string]: number } {
  const sums: { [what: string]: number } = {};
  for (const counts of all) {
    for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
  }
  return sums;
}

function growthOf(standing: Standing | null | undefined): number {
  const { early, now } = standing?.heap ?? { early: 0, now: 0 };
  return now - early;
}
