/** What SIGHUP does: the configuration is read again, what may change without a restart is taken over, the rest is refused by name. */

import { wordsOf } from '../errors.js';
import { afterChanges, changes } from './config/changes.js';
import type { Loaded, Loading } from './config/load.js';
import { problemText } from './config/origin.js';
import type { Daemon } from './daemon.js';
import { forgetOldPlaces } from './old-places.js';
import { channelsOf, type Parts } from './parts.js';

const UNCHANGED = 'the configuration is wrong: the old one goes on';
const ENDS = 'the daemon ends: the configuration is not read again';

export class Reloading {
  readonly #parts: Parts;
  readonly #load: () => Promise<Loading>;
  /** One after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor({ parts }: Daemon, load: () => Promise<Loading>) {
    this.#parts = parts;
    this.#load = load;
  }

  /** A listener of signals. */
  readonly ask = (): void => {
    this.#turn = this.#turn.then(() => this.reload());
  };

  /** Never rejects: what goes wrong is logged, and what was goes on. */
  async reload(): Promise<void> {
    try {
      const loading = await this.#load();
      if (this.#isEnding()) return;
      if (loading.kind === 'loaded') await this.#take(loading);
      else this.#complain(UNCHANGED, loading.problems.map(problemText));
    } catch (error) {
      this.#complain(UNCHANGED, [wordsOf(error)]);
    }
  }

  #isEnding(): boolean {
    const { life, terms } = this.#parts;
    if (life.phase === 'running') return false;
    terms.log.logger.warn({}, ENDS);
    return true;
  }

  #complain(message: string, problems: readonly string[]): void {
    this.#parts.terms.log.logger.error({ problems }, message);
  }

  /** Rejects before it has changed anything. What is refused stays as it is, and is told of again at the next reload. */
  async #take(next: Loaded): Promise<void> {
    const { deliveries, sidecar, configured, terms } = this.#parts;
    const { logger } = terms.log;
    const before = configured.now;
    const { refused, ...made } = changes(before, next);
    const exchange = deliveries.planned(next.config.deliver ?? {});
    if (made.logLevel) terms.log.setLevel(next.config.log?.level ?? 'info');
    await exchange();
    if (this.#isEnding()) return;
    configured.now = afterChanges(before, next);
    const failed = sidecar.apply(channelsOf(next.config));
    if (failed.length > 0) this.#complain('channels could not be joined', failed);
    forgetOldPlaces(this.#parts);
    for (const problem of refused) logger.warn({ problem: problemText(problem) }, 'not changed');
    logger.info(made, 'the configuration was read again');
  }
}
