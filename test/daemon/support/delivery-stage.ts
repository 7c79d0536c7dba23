/** A delivery over a real log in memory, and all that a test looks at. */

import { PassThrough, type Writable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import type { Clock } from '../../../src/clock.js';
import { systemClock } from '../../../src/clock.js';
import type { DeliveryConfig, WebhookConfig } from '../../../src/daemon/config/delivery-schema.js';
import type { Delivery, DeliveryStatus } from '../../../src/daemon/deliveries/delivery.js';
import { plannedDelivery } from '../../../src/daemon/deliveries/open-delivery.js';
import type { EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { NewEvent } from '../../../src/daemon/inbox/event.js';
import { memoryLog } from '../../../src/daemon/inbox/memory-log.js';
import type { PushDesk, PushOrder } from '../../../src/daemon/pushes/push-desk.js';
import { Lines } from '../../support/log-lines.js';

/** Retries come at once. */
export const EAGER = { min: 1, max: 2 } as const;

export type StageOptions = {
  readonly clock?: Clock;
  readonly accept?: (order: PushOrder, key: string) => Promise<void>;
  readonly stdout?: Writable;
  readonly log?: EventLog;
};

export class DeliveryStage {
  readonly log: EventLog;
  readonly lines = new Lines();
  readonly accepted: (readonly [key: string, order: PushOrder])[] = [];
  readonly attempts: string[] = [];
  readonly broken: string[] = [];
  readonly delivery: Delivery;

  constructor(config: DeliveryConfig, options: StageOptions = {}) {
    this.log = options.log ?? memoryLog({ messages: 10_000, size: 2 ** 24 });
    const plan = plannedDelivery('app', config, {
      log: this.log,
      pushes: this.#desk(options.accept ?? (async () => undefined)),
      meters: {
        request: () => undefined,
        attempt: (_name, outcome) => void this.attempts.push(outcome),
      },
      logger: this.lines.logger,
      source: 'ws://phoenix.test/socket',
      stdout: options.stdout ?? new PassThrough(),
      broken: (_name, error) => void this.broken.push(error.message),
      clock: options.clock ?? systemClock,
      random: () => 0.5,
    });
    this.delivery = plan.open();
    onTestFinished(() => this.stop(0));
    this.delivery.start();
  }

  /** To a webhook that is retried at once. */
  static to(
    url: string,
    config: Partial<WebhookConfig> = {},
    options: StageOptions = {},
  ): DeliveryStage {
    return new DeliveryStage({ webhook: `${url}/events`, retry: EAGER, ...config }, options);
  }

  get status(): DeliveryStatus {
    return this.delivery.status;
  }

  say(topic: string | null, payload: unknown, fields: Partial<NewEvent> = {}): void {
    const time = Date.now();
    const news = {
      kind: 'message',
      topic,
      event: 'said',
      payload,
      time,
      routes: ['*', 'app'],
    } as const;
    void this.log.append({ ...news, ...fields });
  }

  /** Waits until its status has these fields. */
  async shows(fields: Partial<DeliveryStatus>): Promise<void> {
    await expect.poll(() => this.status, { interval: 5, timeout: 10_000 }).toMatchObject(fields);
  }

  /** Null: it may take as long as it wants. */
  stop(grace: number | null = null): Promise<void> {
    return this.delivery.stop(grace === null ? new AbortController().signal : AbortSignal.abort());
  }

  #desk(accept: NonNullable<StageOptions['accept']>): PushDesk {
    return {
      accept: async (order, key) => {
        await accept(order, key);
        this.accepted.push([key, order]);
      },
    };
  }
}
