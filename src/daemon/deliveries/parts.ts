/** What a delivery is given by the daemon. */

import type { Writable } from 'node:stream';
import type { Clock } from '../../clock.js';
import type { Random } from '../../policy/backoff.js';
import type { Logger } from '../../telemetry/log-to.js';
import type { EventLog } from '../inbox/event-log.js';
import type { Meters } from '../metrics/meters.js';
import type { PushDesk } from '../pushes/push-desk.js';

export type DeliveryParts = {
  readonly log: EventLog;
  readonly pushes: PushDesk;
  readonly meters: Meters;
  readonly logger: Logger;
  /** The `source` of the CloudEvents: the address of the socket, without secrets. */
  readonly source: string;
  readonly stdout: Writable;
  /** Told once when a delivery can never go on, as when who reads stdout has gone: the process had better end. */
  readonly broken: (name: string, error: Error) => void;
  readonly clock: Clock;
  readonly random: Random;
};
