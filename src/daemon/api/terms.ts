/** What the API holds requests to, with its defaults. */

import { bytes, milliseconds } from '../../policy/duration.js';
import type { ApiConfig } from '../config/schema.js';

export type ApiTerms = {
  /** Bytes of a body. */
  readonly maxBody: number;
  /** Milliseconds of a request. */
  readonly timeout: number;
};

/** A frame of Phoenix may have 8 MB, but what goes through a sidecar is mostly small: 1 MiB bounds what a mistake can cost. */
const MAX_BODY = '1MiB';
/** Longer than a push takes by default, which is 10 s from when it is sent. */
const TIMEOUT = '60s';

export function termsOf({ maxBody = MAX_BODY, timeout = TIMEOUT }: ApiConfig): ApiTerms {
  return {
    maxBody: bytes('api.maxBody', maxBody),
    timeout: milliseconds('api.timeout', timeout),
  };
}
