/** How the workers differ: what each one uses besides what all do. */

import type { ClientOptions } from 'gen-socket-client';

const ROLES: readonly [ClientOptions, ...ClientOptions[]] = [
  {},
  { maxConnectionAge: 3000 },
  { transports: ['longpoll'] },
  {
    transports: ['websocket', 'longpoll'],
    fallback: { failures: 2, returnAfter: 2000 },
    concurrency: 'topic',
  },
];

/** From the first on, and then from the beginning again. */
export function roleOf(worker: number): ClientOptions {
  return ROLES[(worker - 1) % ROLES.length] ?? {};
}
