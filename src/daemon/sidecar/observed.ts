/** What telemetry has told lately that no status holds: when the next dial and join come, and how long things took. */

import type { Gauges, Measurement, Telemetry, TelemetryFact } from '../../index.js';
import type { Intake } from './sidecar-worker.js';

type FactOf<N extends TelemetryFact['name']> = Extract<TelemetryFact, { name: N }>;

/** To streams alone. */
const ROUTES = ['*'];

export class Observed implements Telemetry {
  /** Unix milliseconds, as all times here. Null: no dial waits for a time. */
  nextDialAt: number | null = null;
  lostAt: number | null = null;
  /** Since when no socket is open; null: one is. */
  downSince: number | null;
  replies = 0;
  /** Milliseconds of the newest; null: none yet. */
  replyTook: number | null = null;
  heartbeatTook: number | null = null;
  gauges: Gauges | null = null;
  callbackErrors = 0;
  readonly #retries = new Map<string, number>();
  readonly #intake: Intake;

  constructor(intake: Intake, now: number) {
    this.#intake = intake;
    this.downSince = now;
  }

  /** When the topic is joined again; null: it does not wait for a time. */
  retryAt(topic: string): number | null {
    return this.#retries.get(topic) ?? null;
  }

  fact(fact: TelemetryFact): void {
    if (fact.name === 'socket.state') this.#noteSocket(fact);
    else if (fact.name === 'channel.state') this.#noteChannel(fact);
    else if (fact.name === 'socket.lost') this.#noteLoss(fact);
    else if (fact.name === 'heartbeat.answered') this.heartbeatTook = fact.ms;
    else if (fact.name === 'callback.failed') this.callbackErrors += 1;
    else if (fact.name === 'channel.ended' || fact.name === 'join.failed') this.#noteRetry(fact);
  }

  measure(measurement: Measurement): void {
    if (measurement.name !== 'push.settled') return;
    if (measurement.outcome !== 'ok' && measurement.outcome !== 'error') return;
    this.replies += 1;
    this.replyTook = measurement.ms;
  }

  watch(gauges: Gauges): void {
    this.gauges = gauges;
  }

  /** With several sockets one that falls is no outage. */
  #noteOutage(at: number): void {
    const isUp = (this.gauges?.sockets.connected ?? 0) > 0;
    this.downSince = isUp ? null : (this.downSince ?? at);
  }

  #noteLoss({ at, retryIn }: FactOf<'socket.lost'>): void {
    this.lostAt = at;
    this.nextDialAt = retryIn === null ? null : at + retryIn;
  }

  #noteRetry({ at, topic, retryIn }: FactOf<'channel.ended' | 'join.failed'>): void {
    if (retryIn !== null) this.#retries.set(topic, at + retryIn);
  }

  #noteSocket({ at, socket, from, to, reason }: FactOf<'socket.state'>): void {
    if (to === 'connecting' || to === 'connected') this.nextDialAt = null;
    this.#noteOutage(at);
    if (to === 'connected') this.downSince = null;
    this.#append(null, at, { of: `socket ${socket}`, from, to, reason });
  }

  #noteChannel({ at, topic, from, to, reason }: FactOf<'channel.state'>): void {
    if (to !== 'errored') this.#retries.delete(topic);
    this.#append(topic, at, { of: topic, from, to, reason });
  }

  #append(topic: string | null, time: number, payload: object): void {
    void this.#intake.append({
      kind: 'state',
      topic,
      event: 'state',
      payload,
      time,
      routes: ROUTES,
    });
  }
}
