/** What the handle of a supervised worker shows while there is no worker. */

import type { ConfirmedPushes } from '../channel/confirmed-pushes.js';
import type { ClientStatus } from '../sockets/client-status.js';
import type { DrainReport } from '../sockets/drain-terms.js';

/** Between two lives. */
export const NOTHING_CONFIRMED: ConfirmedPushes = {
  list: () => [],
  discard: () => false,
  orphans: () => new Map(),
};

/** Before the first. */
export const NO_LIFE: ClientStatus = {
  state: 'stopped',
  since: new Date(0),
  attempt: 0,
  close: null,
  transport: null,
  channels: new Map(),
};

/** Of a drain between two lives. */
export const NOTHING_DRAINED: DrainReport = {
  settled: 0,
  persisted: 0,
  unsent: 0,
  unanswered: 0,
  forced: false,
};
