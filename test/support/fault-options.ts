/** Options with which a worker recovers within milliseconds, and always after the same ones. */

import type { ClientOptions } from '../../src/index.js';

/** Retries at once, without chance; the floors of the policy hold all the same. */
export const QUICK: ClientOptions = {
  reconnect: { min: 1, max: 1, jitter: 'none' },
  rejoin: { delays: [1], jitter: 'none' },
  websocket: { closeTimeout: 50 },
};

/** For a clock that stands still: no beat and no stall is seen while the test moves time. */
export const STILL: ClientOptions = {
  heartbeat: false,
  websocket: { writeTimeout: '1h', closeTimeout: 50 },
};
