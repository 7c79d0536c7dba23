/** One dial of the long-poll transport. */

import type { Clock } from '../../src/clock.js';
import { type LongPollOptions, longPollTransport } from '../../src/transport/longpoll-transport.js';
import { Dialed, type DialOptions } from './dialed.js';

export type LongPollDialOptions = LongPollOptions &
  Pick<DialOptions, 'headers' | 'authToken' | 'aborted'> & {
    /** Default: time passes. */
    readonly clock?: Clock;
  };

export class LongPollDialed extends Dialed {
  constructor(
    url: URL | string,
    { headers, authToken, aborted, clock, ...options }: LongPollDialOptions = {},
  ) {
    super(url, {
      ...(headers !== undefined && { headers }),
      ...(authToken !== undefined && { authToken }),
      ...(aborted !== undefined && { aborted }),
      make: (passing) => longPollTransport(options, clock ?? passing),
    });
  }
}
