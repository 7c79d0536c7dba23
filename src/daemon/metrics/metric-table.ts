/** The metrics of the daemon by name, beside those of its client: base units, `_total` for what only grows. */

import { processReadings } from './process-readings.js';

/** From what is quick on one machine to the longest that a delivery may take. */
export const LATENCY = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

/** Of a delivery, at this moment. */
export type DeliveryReading = {
  readonly name: string;
  readonly state: string;
  readonly breaker: string | null;
  readonly waiting: number;
  readonly inFlight: number;
  readonly delivered: number;
  readonly retried: number;
  readonly dropped: number;
  readonly deadLetters: number;
  readonly overflowed: number;
  /** Unix milliseconds; null: nothing waits. */
  readonly oldest: number | null;
};

export type Readings = {
  readonly now: number;
  readonly isDraining: boolean;
  readonly version: string;
  readonly log: {
    readonly kept: number;
    readonly bytes: number;
    readonly appended: number;
    readonly unwritten: number;
  };
  readonly deliveries: readonly DeliveryReading[];
};

export const COUNTED = {
  requests: {
    name: 'http_requests_total',
    help: 'Requests of the listeners, by route and status.',
    labelNames: ['listener', 'route', 'status'],
  },
  attempts: {
    name: 'delivery_attempts_total',
    help: 'Attempts to deliver an event, by what came of it.',
    labelNames: ['delivery', 'outcome'],
  },
} as const;

export const TIMED = {
  requests: {
    name: 'http_request_seconds',
    help: 'From a request to the head of its answer.',
    labelNames: ['listener', 'route'],
  },
  attempts: {
    name: 'delivery_attempt_seconds',
    help: 'What an attempt to deliver an event took.',
    labelNames: ['delivery'],
  },
} as const;

type Labels = { readonly [label: string]: string };
type Samples = readonly (readonly [Labels, number])[];
export type ReadRow = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** A metric of the process has no prefix. */
  readonly of: 'daemon' | 'process';
  readonly labelNames: readonly string[];
  readonly read: (readings: Readings) => Samples;
};

const DELIVERY_STATES = ['running', 'paused', 'waitingForApp', 'stopped'];
const BREAKER_STATES = ['closed', 'open', 'halfOpen'];

const MS = 1000;

/** Read when somebody asks. */
export const READ: readonly ReadRow[] = [
  gauge('build_info', 'Always 1; its label is the version.', ['version'], ({ version }) => [
    [{ version }, 1],
  ]),
  gauge('draining', '1 from the first signal on.', [], ({ isDraining }) => [
    [{}, isDraining ? 1 : 0],
  ]),
  gauge('event_log_events', 'Events that the inbox keeps.', [], ({ log }) => [[{}, log.kept]]),
  gauge('event_log_bytes', 'Their encoded size.', [], ({ log }) => [[{}, log.bytes]]),
  gauge('event_log_unwritten_events', 'Events that wait for the disk.', [], ({ log }) => [
    [{}, log.unwritten],
  ]),
  counter('event_log_appended_total', 'Events that the inbox has taken.', [], ({ log }) => [
    [{}, log.appended],
  ]),
  ofDelivery('gauge', 'delivery_waiting_events', 'Events that are not yet taken.', 'waiting'),
  ofDelivery('gauge', 'delivery_in_flight_events', 'Events that are being delivered.', 'inFlight'),
  ofDelivery('counter', 'delivery_events_total', 'Events that are delivered.', 'delivered'),
  ofDelivery('counter', 'delivery_retries_total', 'Attempts that are made again.', 'retried'),
  ofDelivery(
    'counter',
    'delivery_dropped_total',
    'Events that the application dropped.',
    'dropped',
  ),
  ofDelivery('counter', 'delivery_dead_letters_total', 'Events given up.', 'deadLetters'),
  ofDelivery('counter', 'delivery_overflowed_total', 'Events lost by lagging.', 'overflowed'),
  gauge(
    'delivery_oldest_seconds',
    'Age of the oldest event that is not done; 0: all are.',
    ['delivery'],
    ({ deliveries, now }) =>
      deliveries.map(({ name, oldest }) => [
        { delivery: name },
        oldest === null ? 0 : Math.max(0, now - oldest) / MS,
      ]),
  ),
  gauge(
    'delivery_state',
    '1 for the state that the delivery is in.',
    ['delivery', 'state'],
    ({ deliveries }) =>
      deliveries.flatMap(({ name, state }) => oneOf(name, state, DELIVERY_STATES)),
  ),
  gauge(
    'delivery_breaker_state',
    '1 for the state that its circuit breaker is in.',
    ['delivery', 'state'],
    ({ deliveries }) =>
      deliveries.flatMap(({ name, breaker }) =>
        breaker === null ? [] : oneOf(name, breaker, BREAKER_STATES),
      ),
  ),
  ...processReadings.map(({ name, help, type, read }): ReadRow => {
    return { name, help, type, of: 'process', labelNames: [], read: () => [[{}, read()]] };
  }),
];

type NumberOf<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T];

function ofDelivery(
  type: ReadRow['type'],
  name: string,
  help: string,
  field: NumberOf<DeliveryReading>,
): ReadRow {
  const read = ({ deliveries }: Readings): Samples =>
    deliveries.map((delivery) => [{ delivery: delivery.name }, delivery[field]]);
  return { name, help, type, of: 'daemon', labelNames: ['delivery'], read };
}

function gauge(
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (readings: Readings) => Samples,
): ReadRow {
  return { name, help, type: 'gauge', of: 'daemon', labelNames, read };
}

function counter(
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (readings: Readings) => Samples,
): ReadRow {
  return { name, help, type: 'counter', of: 'daemon', labelNames, read };
}

function oneOf(delivery: string, state: string, states: readonly string[]): Samples {
  return states.map((name) => [{ delivery, state: name }, name === state ? 1 : 0]);
}
