/** What ends a worker's process: a signal, a second signal, or an error that nothing has caught. */

import { constants } from 'node:os';
import type { StopReason } from '../sockets/client-status.js';
import type { DrainLimits, DrainReport } from '../sockets/drain-terms.js';
import type { Logger } from '../telemetry/log-to.js';
import { toldOf, whyOf } from './causes.js';
import { exitOf, WORKER_EXITS } from './exits.js';

/** After its last deadline, and after a second signal: long enough for a Close frame. */
const LAST_MOMENT = 1000;
/** What shells add to the number of a signal. */
const BY_SIGNAL = 128;

/** What is drained by the first signal, and stopped by the second: a client is one. */
export interface Stoppable {
  readonly stopped: Promise<StopReason>;
  drain(limits: DrainLimits): Promise<DrainReport>;
  stop(reason: string): Promise<unknown>;
}

export type ShutdownTerms = {
  /** Its grace and force together say when the process is ended, whatever it does. */
  readonly limits: DrainLimits;
  readonly log: Logger;
  readonly signals: readonly NodeJS.Signals[];
  /** In the lines of the log. */
  readonly who: 'the worker' | 'the daemon';
};

export class Shutdown {
  readonly #client: Stoppable;
  readonly #limits: DrainLimits;
  readonly #log: Logger;
  readonly #signals: readonly NodeJS.Signals[];
  readonly #who: ShutdownTerms['who'];
  #drained: Promise<DrainReport> | null = null;
  /** Of what left no time for a drain. */
  #code: number | null = null;
  #lastMoment: NodeJS.Timeout | null = null;

  constructor(client: Stoppable, { limits, log, signals, who }: ShutdownTerms) {
    this.#client = client;
    this.#limits = limits;
    this.#log = log;
    this.#signals = signals;
    this.#who = who;
  }

  /** The exit code, when the worker has stopped. Listens to the process meanwhile. */
  async code(): Promise<number> {
    for (const signal of this.#signals) process.on(signal, this.#signalled);
    // Also told of rejections that nothing handles, unless somebody else listens to those.
    process.on('uncaughtException', this.#uncaught);
    const reason = await this.#client.stopped;
    const report = await this.#drained;
    process.off('uncaughtException', this.#uncaught);
    this.#ignoreSignals();
    const name = exitOf(reason, report);
    const code = this.#code ?? WORKER_EXITS[name].code;
    const level = code === 0 ? 'info' : 'error';
    const why = whyOf(reason);
    this.#log[level]({ code, stop: reason.kind, ...report, ...why }, `${this.#who} has ended`);
    return code;
  }

  readonly #signalled = (signal: NodeJS.Signals): void => {
    const isEnding = this.#drained !== null || this.#code !== null;
    if (isEnding) this.#stopAtOnce(signal);
    else this.#drain(signal);
  };

  #drain(signal: NodeJS.Signals): void {
    const { grace, force } = this.#limits;
    this.#log.info({ signal, grace, force }, `${this.#who} drains`);
    this.#drained = this.#client.drain(this.#limits);
    this.#exitAfter(grace + force + LAST_MOMENT);
  }

  /** A third one finds no listener, and so ends the process by itself. */
  #stopAtOnce(signal: NodeJS.Signals): void {
    this.#log.warn({ signal }, `${this.#who} stops at once`);
    this.#code ??= BY_SIGNAL + constants.signals[signal];
    this.#ignoreSignals();
    void this.#client.stop(signal);
    this.#exitAfter(LAST_MOMENT);
  }

  /** In whatever state the program is now, it is not to go on for long: the worker is not drained, but stopped. */
  readonly #uncaught = (error: unknown): void => {
    this.#log.error(toldOf(error), 'nothing has caught an error');
    if (this.#code !== null) return;
    this.#code = WORKER_EXITS.crashed.code;
    void this.#client.stop('an error that nothing has caught');
    this.#exitAfter(this.#limits.force + LAST_MOMENT);
  };

  /** Keeps no process alive: one that has nothing else to do ends earlier, by itself. */
  #exitAfter(ms: number): void {
    if (this.#lastMoment !== null) clearTimeout(this.#lastMoment);
    this.#lastMoment = setTimeout(() => {
      const code = this.#code ?? process.exitCode ?? WORKER_EXITS.workLeft.code;
      this.#log.error({ code }, 'the process does not end by itself: it is ended');
      process.exit(code);
    }, ms).unref();
  }

  #ignoreSignals(): void {
    for (const signal of this.#signals) process.off(signal, this.#signalled);
  }
}
