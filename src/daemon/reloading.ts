/** What SIGHUP does: the configuration is read again, what may change without a restart is taken over, the rest is refused by name. */

import { isDeepStrictEqual } from 'node:util';
import { type Loaded, loadConfig, type LoadTerms } from './config/load.js';
import { problemText } from './config/origin.js';
import type { Config } from './config/schema.js';
import type { Daemon } from './daemon.js';
import { channelsOf } from './parts.js';
import type { ProcessLog } from './process-log.js';

export class Reloading {
  readonly #daemon: Daemon;
  readonly #load: LoadTerms;
  readonly #log: ProcessLog;
  /** One after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(daemon: Daemon, load: LoadTerms, log: ProcessLog) {
    this.#daemon = daemon;
    this.#load = load;
    this.#log = log;
  }

  /** A listener of signals. */
  readonly ask = (): void => {
    this.#turn = this.#turn.then(() => this.#reload());
  };

  async #reload(): Promise<void> {
    const { logger } = this.#log;
    const loading = await loadConfig(this.#load);
    if (loading.kind === 'loaded') return this.#take(loading);
    logger.error(
      { problems: loading.problems.map(problemText) },
      'the configuration is not right, and the old one goes on',
    );
  }

  async #take(next: Loaded): Promise<void> {
    const { parts } = this.#daemon;
    const { logger } = this.#log;
    const refused = refusedIn(parts.terms.loaded.config, next.config);
    for (const path of refused) logger.warn({ path }, 'this takes effect with the next start');
    parts.sidecar.apply(channelsOf(next.config));
    await parts.deliveries.apply(next.config.deliver ?? {});
    this.#log.setLevel(next.config.log?.level ?? 'info');
    logger.info({ refused: refused.length }, 'the configuration was read again');
  }
}

/** What may change while it runs. */
const TAKEN = ['channels', 'deliver'];

function refusedIn(old: Config, next: Config): readonly string[] {
  const { level: _, ...oldLog } = old.log ?? {};
  const { level: __, ...nextLog } = next.log ?? {};
  const [a, b] = [
    { ...old, log: oldLog },
    { ...next, log: nextLog },
  ] as const;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Config>;
  return [...keys].filter((key) => !TAKEN.includes(key) && !isDeepStrictEqual(a[key], b[key]));
}
