/** The option `longpoll`, in the units that one writes, and what the transport makes of it. */

import { bytes, type Duration, milliseconds, type Size } from '../policy/duration.js';
import { badOption } from '../errors.js';
import { requireAtLeast, requireFields, shown } from '../policy/requirements.js';
import type { LongPollOptions as TransportOptions } from '../transport/longpoll-transport.js';

export type LongPollOptions = Omit<
  TransportOptions,
  'maxPayload' | 'requestTimeout' | 'closeTimeout'
> & {
  /** The longest answer taken: all that the server had to say since the answer before. Default 16 MiB. */
  readonly maxPayload?: Size;
  /**
   * How long an answer may take. Default 20 s, as in phoenix.js: the server holds a GET for its window, by default 10 s. A
   * POST may take as long for each of its frames.
   */
  readonly requestTimeout?: Duration;
  /** How long the last frames may take to arrive when the socket closes. Default 1 s. */
  readonly closeTimeout?: Duration;
};

/** Throws `PHX_BAD_OPTION`. */
export function longPollOf(options: LongPollOptions): TransportOptions {
  requireFields('longpoll', options);
  const { maxPayload, requestTimeout, closeTimeout, fetch } = options;
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw badOption(`longpoll.fetch is ${shown(fetch)}: write a function like Node's fetch`);
  }
  return {
    ...(fetch !== undefined && { fetch }),
    ...(maxPayload !== undefined && {
      maxPayload: atLeastOne('maxPayload', bytes('longpoll.maxPayload', maxPayload)),
    }),
    ...(requestTimeout !== undefined && {
      requestTimeout: atLeastOne(
        'requestTimeout',
        milliseconds('longpoll.requestTimeout', requestTimeout),
      ),
    }),
    ...(closeTimeout !== undefined && {
      closeTimeout: milliseconds('longpoll.closeTimeout', closeTimeout),
    }),
  };
}

function atLeastOne(name: string, value: number): number {
  requireAtLeast(`longpoll.${name}`, value, 1);
  return value;
}
