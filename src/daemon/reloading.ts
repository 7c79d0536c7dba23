/** What SIGHUP does: the configuration is read again, what may change without a restart is taken over, the rest is refused by name. */

import { wordsOf } from '../errors.js';
import { changes } from './config/changes.js';
import type { Loaded, Loading } from './config/load.js';
import { problemText } from './config/origin.js';
import type { Daemon } from './daemon.js';
import { channelsOf } from './parts.js';
import type { ProcessLog } from './process-log.js';

export class Reloading {
  readonly #daemon: Daemon;
  readonly #load: () => Promise<Loading>;
  readonly #log: ProcessLog;
  #loaded: Loaded;
  /** One after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(daemon: Daemon, loaded: Loaded, load: () => Promise<Loading>, log: ProcessLog) {
    this.#daemon = daemon;
    this.#loaded = loaded;
    this.#load = load;
    this.#log = log;
  }

  /** A listener of signals. */
  readonly ask = (): void => {
    this.#turn = this.#turn.then(() => this.reload());
  };

  /** Never rejects: what goes wrong is logged, and what was goes on. */
  async reload(): Promise<void> {
    try {
      const loading = await this.#load();
      if (loading.kind === 'loaded') await this.#take(loading);
      else this.#refuse(loading.problems.map(problemText));
    } catch (error) {
      this.#refuse([wordsOf(error)]);
    }
  }

  #refuse(problems: readonly string[]): void {
    this.#log.logger.error({ problems }, 'the configuration is wrong: the old one goes on');
  }

  /** What is refused stays as it is, and is told of again at the next reload. */
  async #take(next: Loaded): Promise<void> {
    const { parts } = this.#daemon;
    const { logger } = this.#log;
    const { channels, deliveries, logLevel, refused } = changes(this.#loaded, next);
    if (logLevel) this.#log.setLevel(next.config.log?.level ?? 'info');
    await parts.deliveries.apply(next.config.deliver ?? {});
    parts.sidecar.apply(channelsOf(next.config));
    for (const problem of refused) logger.warn({ problem: problemText(problem) }, 'not changed');
    logger.info({ channels, deliveries, logLevel }, 'the configuration was read again');
    const { channels: c, deliver: d, log } = next.config;
    const level = { ...this.#loaded.config.log, ...(log?.level && { level: log.level }) };
    const config = { ...this.#loaded.config, channels: c, deliver: d, log: level };
    this.#loaded = { ...this.#loaded, config };
  }
}
