/** The daemon while it runs: listens first, then connects in the background; ends in good order, or at once. */

import { setTimeout as pause } from 'node:timers/promises';
import { Deadline } from '../deadline.js';
import type { StopReason } from '../index.js';
import { type DrainLimits, drainLimits } from '../sockets/drain-terms.js';
import { wordsOf } from '../errors.js';
import { milliseconds } from '../policy/duration.js';
import { type DaemonReport, delivered, deliveredBy, leftIn } from './draining.js';
import { type Listeners, openListeners } from './listening.js';
import type { DrainConfig } from './config/schema.js';
import { forgetOldPlaces } from './old-places.js';
import { type DaemonTerms, openParts, type Parts } from './parts.js';

/** What is in flight in a delivery when there is no time for it. */
const AT_ONCE = AbortSignal.abort();

/** Listens when this resolves. Rejects with an error of the library, and then nothing is open. */
export async function openDaemon(terms: DaemonTerms): Promise<Daemon> {
  const parts = await openParts(terms);
  const draining = new AbortController();
  try {
    const listeners = await openListeners(parts, draining.signal);
    forgetOldPlaces(parts);
    return new Daemon(parts, listeners, draining);
  } catch (error) {
    await parts.sidecar.client.stop();
    // Why it could not be opened must not be hidden by how it was closed.
    await parts.inbox.close().catch(() => undefined);
    throw error;
  }
}

export class Daemon {
  readonly listeners: Listeners;
  /** Resolves when it has ended, whatever ended it, and nothing of it is open any more. Never rejects. */
  readonly stopped: Promise<StopReason>;
  readonly #parts: Parts;
  readonly #draining: AbortController;
  /** Aborted when there is no time left for anything. */
  readonly #atOnce = new AbortController();
  #drained: Promise<DaemonReport> | null = null;
  #failure: StopReason | null = null;
  /** What the consumers had not done when nobody could acknowledge any more. */
  #unacknowledged = 0;

  constructor(parts: Parts, listeners: Listeners, draining: AbortController) {
    this.#parts = parts;
    this.listeners = listeners;
    this.#draining = draining;
    parts.life.phase = 'running';
    this.stopped = this.#ended();
    void parts.inbox.failed.then((error) => this.#fail(error));
    parts.deliveries.start();
    listeners.page?.start();
    parts.sidecar.resume();
  }

  get parts(): Parts {
    return this.#parts;
  }

  /**
   * Says on `/readyz` that it ends, waits for `drain.delay`, and takes nothing more from the server; what it has taken is delivered and
   * what the application pushes is pushed, for at most `grace`; then it leaves and closes, for at most `force`.
   */
  drain(): Promise<DaemonReport> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** At once: what is in flight is given back. */
  async stop(reason?: string): Promise<StopReason> {
    this.#atOnce.abort();
    await this.#parts.sidecar.client.stop(reason);
    return this.stopped;
  }

  async #drain(): Promise<DaemonReport> {
    const { life, sidecar, deliveries, configured } = this.#parts;
    const { drain = {}, inbox } = configured.now.config;
    const { grace, force } = drainTermsOf(drain);
    const before = deliveredBy(deliveries.list);
    life.phase = 'draining';
    await this.#wait(milliseconds('drain.delay', drain.delay ?? 0));
    const begun = performance.now();
    const deadline = new Deadline(grace, this.#atOnce.signal);
    const { signal } = deadline;
    sidecar.stopReading();
    this.#draining.abort();
    await delivered(deliveries.list, this.listeners.events.consumers, signal);
    await deliveries.stop(signal);
    deadline.clear();
    const left = Math.max(0, grace - (performance.now() - begun));
    const report = await sidecar.client.drain({ grace: left, force });
    // Acknowledgements count until the API is closed.
    await this.stopped;
    const undelivered = leftIn(deliveries.list) + this.#unacknowledged;
    const kept = inbox?.store === undefined ? 0 : undelivered;
    return { ...report, delivered: deliveredBy(deliveries.list) - before, undelivered, kept };
  }

  /** Cut short by a second signal. */
  async #wait(ms: number): Promise<void> {
    if (ms === 0) return;
    await pause(ms, undefined, { signal: this.#atOnce.signal }).catch(() => undefined);
  }

  /** The disk of the inbox has failed: what is accepted from now on could be lost, and a restart may find another disk. */
  #fail(error: Error): void {
    const { life, sidecar, terms } = this.#parts;
    life.storeError = error;
    this.#failure = { kind: 'crashed', error };
    terms.log.logger.error({ error: wordsOf(error) }, 'the inbox can be written no more');
    void sidecar.client.stop('the inbox has failed');
  }

  async #ended(): Promise<StopReason> {
    const { sidecar, deliveries, life, inbox } = this.#parts;
    const reason = await sidecar.client.stopped;
    this.#draining.abort();
    await deliveries.stop(AT_ONCE);
    const { api, admin, probes, page, events } = this.listeners;
    page?.stop();
    await Promise.all([api.close(), admin.close(), probes?.close()]);
    this.#unacknowledged = events.consumers.undone;
    events.consumers.close();
    await inbox.close().catch(() => undefined);
    life.phase = 'stopped';
    return this.#failure ?? reason;
  }
}

/** Without what comes before them. */
export function drainTermsOf({ grace, force }: DrainConfig): DrainLimits {
  return drainLimits({
    ...(grace !== undefined && { grace }),
    ...(force !== undefined && { force }),
  });
}
