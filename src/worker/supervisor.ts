/** One worker after the other under one handle: who crashes is replaced, until it happens too often. */

import type { ConfirmedPushes } from '../channel/confirmed-pushes.js';
import { callTimeout, type CallOptions } from '../client/calls.js';
import type { RunningClient } from '../client/client.js';
import type { Client } from '../client/handle.js';
import { ALIVE, type Liveness, overdue } from '../client/liveness.js';
import { type ClientOptions, type StartTerms, startTermsOf } from '../client/start.js';
import { WatchedClock } from '../client/watched-clock.js';
import { SupervisionError, UsageError } from '../errors.js';
import { type Endpoint, endpointUrl } from '../protocol/endpoint.js';
import { recentCrashes, restartIn, type RestartRule } from '../policy/restart.js';
import type { ClientStatus, StopReason } from '../sockets/client-status.js';
import { type DrainOptions, drainLimits, type DrainReport } from '../sockets/drain-terms.js';
import type { Environment } from '../sockets/environment.js';
import { StatusFeed } from '../sockets/status-feed.js';
import { KEPT, type Transition } from '../sockets/timeline.js';
import { namedCause } from '../telemetry/thrown.js';
import { incurable } from './causes.js';
import { NO_LIFE, NOTHING_CONFIRMED, NOTHING_DRAINED } from './no-life.js';
import { requireWorker, type Startable } from './startable.js';
import { WaitingRoom } from './waiting-room.js';

/** `restarts`: how many lives there were before this one. */
export type SupervisedStatus = ClientStatus & { readonly restarts: number };

/** Told of each crash that is cured, and how many milliseconds later. */
export type CrashTeller = (error: unknown, delay: number) => void;

/** What `start` returns, as it is inside of this package. */
type Life = Pick<RunningClient, keyof Client | 'isOpen'>;

type Phase =
  | { readonly kind: 'living'; readonly life: Life }
  /** Until `timer` begins the next life. */
  | { readonly kind: 'resting'; readonly timer: unknown }
  | { readonly kind: 'over' };

export class Supervisor implements Client {
  readonly stopped: Promise<StopReason>;
  readonly #make: () => Startable;
  /** With the endpoint that was connected to last by request. */
  #options: ClientOptions;
  readonly #terms: StartTerms;
  readonly #rule: RestartRule | null;
  readonly #environment: Environment;
  readonly #tellCrash: CrashTeller;
  readonly #clock: WatchedClock;
  readonly #room: WaitingRoom;
  readonly #feed: StatusFeed<SupervisedStatus>;
  #phase: Phase = { kind: 'resting', timer: null };
  /** Since when the phase is what it is. */
  #since: Date;
  #restarts = 0;
  #crashes: readonly number[] = [];
  /** How the last life ended. */
  #last = NO_LIFE;
  /** Of lives that are over. */
  #past: readonly Transition[] = [];
  /** Somebody has asked for the end: a crash meanwhile is not cured. */
  #asked: StopReason | null = null;
  #drained: Promise<DrainReport> | null = null;
  /** Of the present life, while anybody reads those of this handle. */
  #changes: AsyncIterableIterator<ClientStatus> | null = null;
  #isRead = false;
  #resolveStopped: (reason: StopReason) => void = () => undefined;

  constructor(
    make: () => Startable,
    options: ClientOptions,
    terms: StartTerms,
    rule: RestartRule | null,
    environment: Environment,
    tellCrash: CrashTeller,
  ) {
    this.#make = make;
    this.#options = options;
    this.#terms = terms;
    this.#rule = rule;
    this.#environment = environment;
    this.#tellCrash = tellCrash;
    this.#clock = new WatchedClock(environment.clock);
    // One turn less than a mailbox has room for: the first is `init`.
    this.#room = new WaitingRoom(this.#clock, terms.settings.inbox.messages - 1);
    this.#since = new Date(this.#clock.now());
    this.#feed = new StatusFeed(
      () => this.status,
      ({ state }) => state === 'stopped',
      (isRead) => {
        this.#isRead = isRead;
        if (isRead) this.#follow();
        else void this.#changes?.return?.();
      },
    );
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
  }

  /** Throws what is the caller's mistake: a second life would make it again. */
  start(): void {
    try {
      this.#begin();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      this.#crashed({ kind: 'crashed', error });
    }
  }

  get status(): SupervisedStatus {
    const { state, ...life } = this.#life?.status ?? this.#last;
    if (state !== 'stopped') return { state, ...life, restarts: this.#restarts };
    const isOver = this.#phase.kind === 'over';
    const phase = isOver ? 'stopped' : 'disconnected';
    return { ...life, state: phase, since: this.#since, restarts: this.#restarts };
  }

  changes(): AsyncIterableIterator<SupervisedStatus, undefined> {
    return this.#feed.changes();
  }

  timeline(): readonly Transition[] {
    return [...this.#past, ...(this.#life?.timeline() ?? [])].slice(-KEPT);
  }

  liveness(): Liveness {
    if (this.#life !== null) return this.#life.liveness();
    const late = this.#clock.monotonic() - this.#clock.earliestDue();
    return late < this.#terms.liveness.deadline ? ALIVE : overdue(this.#clock, late);
  }

  /** Of the present life; those that a store keeps for the next are shown when it has read them. */
  get confirmed(): ConfirmedPushes {
    return this.#life?.confirmed ?? NOTHING_CONFIRMED;
  }

  async call(request: unknown, options: CallOptions = {}): Promise<never> {
    const timeout = callTimeout(options, this.#terms.settings.timeouts.call);
    this.#requireLives('call');
    const life = this.#openLife;
    const answer = life === null ? this.#room.call(request, timeout) : life.call(request, options);
    return (await answer) as never;
  }

  notify(info: unknown): void {
    this.#requireLives('notify');
    (this.#openLife ?? this.#room).notify(info);
  }

  /** A life to come connects by itself, to the endpoint that was given last. */
  connect(endpoint?: Endpoint): void {
    this.#requireLives('connect');
    const url = endpoint === undefined ? {} : { url: endpointUrl(endpoint) };
    const options = { ...this.#options, ...url };
    startTermsOf(options);
    this.#openLife?.connect(endpoint);
    this.#options = options;
  }

  stop(reason?: string): Promise<StopReason> {
    this.#asked ??= { kind: 'requested', reason: reason ?? null };
    if (this.#life === null) this.#finish(this.#asked);
    else void this.#life.stop(reason);
    return this.stopped;
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    drainLimits(options);
    this.#drained ??= this.#drain(options);
    return this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** What a logger is to show of it: not what it was started with. */
  toJSON(): { readonly state: ClientStatus['state']; readonly restarts: number } {
    const { state, restarts } = this.status;
    return { state, restarts };
  }

  async #drain(options: DrainOptions): Promise<DrainReport> {
    this.#asked ??= { kind: 'requested', reason: 'drained' };
    if (this.#life === null) this.#finish(this.#asked);
    const report = await (this.#life?.drain(options) ?? NOTHING_DRAINED);
    await this.stopped;
    return report;
  }

  /** Who makes a worker, or hears of a restart, may also ask for the end. */
  get #isOver(): boolean {
    return this.#phase.kind === 'over';
  }

  get #life(): Life | null {
    return this.#phase.kind === 'living' ? this.#phase.life : null;
  }

  /** Null while the worker ends, and while there is none: a request then waits for the next. */
  get #openLife(): Life | null {
    return this.#life?.isOpen === true ? this.#life : null;
  }

  #requireLives(command: string): void {
    if (this.#asked === null && this.#phase.kind !== 'over') return;
    throw new UsageError('PHX_STOPPED', `${command} after the worker stopped: start a new one`);
  }

  /** Throws what the worker's maker throws, or its start. */
  #begin(): void {
    const worker = this.#make();
    if (this.#isOver) return;
    requireWorker(worker);
    const life = worker.start(this.#options) as Life;
    this.#enter({ kind: 'living', life });
    void life.stopped.then((reason) => {
      this.#ended(life, reason);
    });
    if (this.#isRead) this.#follow();
    this.#room.letIn(life);
  }

  #ended(life: Life, reason: StopReason): void {
    this.#last = life.status;
    this.#past = [...this.#past, ...life.timeline()].slice(-KEPT);
    if (reason.kind === 'crashed' && this.#asked === null) this.#crashed(reason);
    else this.#finish(reason.kind === 'crashed' ? (this.#asked ?? reason) : reason);
  }

  #crashed(reason: StopReason & { readonly kind: 'crashed' }): void {
    if (this.#isOver) return;
    if (this.#rule === null || incurable(reason.error) !== null) {
      this.#finish(reason);
      return;
    }
    this.#crashes = recentCrashes(this.#rule, this.#crashes, this.#clock.monotonic());
    const delay = restartIn(this.#rule, this.#crashes.length, this.#environment.random);
    if (delay === null) this.#giveUp(this.#rule, reason.error);
    else this.#rest(delay, reason.error);
  }

  #rest(delay: number, error: unknown): void {
    const timer = this.#clock.setTimeout(() => {
      this.#restart(delay, error);
    }, delay);
    this.#enter({ kind: 'resting', timer });
    this.#tellCrash(error, delay);
  }

  #restart(delay: number, error: unknown): void {
    this.#restarts += 1;
    const restarts = this.#restarts;
    this.#environment.reporter.fact('worker.restarted', {
      restarts,
      delay,
      thrown: namedCause(error),
    });
    if (this.#isOver) return;
    try {
      this.#begin();
    } catch (problem) {
      this.#crashed({ kind: 'crashed', error: problem });
    }
  }

  #giveUp({ max, period }: RestartRule, error: unknown): void {
    const crashes = this.#crashes.length;
    this.#environment.reporter.fact('worker.gaveUp', { crashes, thrown: namedCause(error) });
    this.#finish({ kind: 'crashed', error: new SupervisionError({ crashes, max, period }, error) });
  }

  #finish(reason: StopReason): void {
    if (this.#phase.kind === 'over') return;
    if (this.#phase.kind === 'resting') this.#clock.clearTimeout(this.#phase.timer);
    this.#room.close();
    this.#enter({ kind: 'over' });
    this.#resolveStopped(reason);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#since = new Date(this.#clock.now());
    this.#feed.changed();
  }

  /** Only for who reads the changes: each makes a list of all channels. */
  #follow(): void {
    this.#changes = this.#life?.changes() ?? null;
    if (this.#changes !== null) void this.#tell(this.#changes);
  }

  async #tell(changes: AsyncIterable<ClientStatus>): Promise<void> {
    for await (const { state } of changes) if (state !== 'stopped') this.#feed.changed();
  }
}
