/** Asks the application again and again whether it is well, and says when that changes. */

import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.js';
import { type Target, targetOf } from '../config/target.js';
import type { HealthRule } from '../config/webhook-rule.js';
import { requireUndici } from './undici.js';

export class AppHealth {
  readonly #rule: HealthRule;
  readonly #clock: Clock;
  readonly #changed: (isWell: boolean) => void;
  readonly #target: Target;
  readonly #agent: Dispatcher;
  /** In a row. */
  #failures = 0;
  /** Null: it has passed no check yet, and not failed so many that it is said. */
  #wasWell: boolean | null = null;
  #isStopped = false;
  #timer: unknown = null;
  #asking: AbortController | null = null;

  /** Throws `PHX_BAD_OPTION`. `changed` is called with whether it is well, for the first time when that is known. */
  constructor(rule: HealthRule, clock: Clock, changed: (isWell: boolean) => void) {
    this.#target = targetOf('health.url', rule.url);
    this.#rule = rule;
    this.#clock = clock;
    this.#changed = changed;
    const { Agent } = requireUndici();
    const { socketPath } = this.#target;
    this.#agent = new Agent({ connections: 1, ...(socketPath && { connect: { socketPath } }) });
  }

  start(): void {
    void this.#ask();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#clock.clearTimeout(this.#timer);
    this.#asking?.abort();
    await this.#agent.destroy();
  }

  async #ask(): Promise<void> {
    this.#heard(await this.#isWell());
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimeout(() => void this.#ask(), this.#rule.interval);
  }

  async #isWell(): Promise<boolean> {
    const abort = new AbortController();
    this.#asking = abort;
    const timer = this.#clock.setTimeout(() => abort.abort(), this.#rule.timeout);
    const { origin, path } = this.#target;
    const { signal } = abort;
    try {
      const asked = { origin, path, method: 'GET', signal } as const;
      const { statusCode, body } = await this.#agent.request(asked);
      await body.dump({ limit: 1024 });
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false;
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  #heard(isWell: boolean): void {
    if (this.#isStopped) return;
    this.#failures = isWell ? 0 : this.#failures + 1;
    const isKnown = isWell || this.#failures >= this.#rule.failures;
    if (!isKnown || isWell === this.#wasWell) return;
    this.#wasWell = isWell;
    this.#changed(isWell);
  }
}
