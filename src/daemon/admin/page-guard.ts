/** Who may press the buttons of the page: the page itself, whatever the listener has let through. */

import { problem, type Problem } from '../listeners/problem.js';

/** No form of another site can send it, and none of its scripts may without being asked first. */
const CONTROL_HEADER = 'x-gen-socket-client';

/** Why a request may not control; null: it may. The hosts and origins that may ask at all are the listener's to judge. */
export function refusalOf({ headers }: Request): Problem | null {
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) {
    const detail = 'the body is not JSON: send it with content-type application/json';
    return problem('API_BAD_MEDIA_TYPE', detail);
  }
  if (headers.has(CONTROL_HEADER)) return null;
  const detail = `the header ${CONTROL_HEADER} is missing: only this page may control`;
  return problem('API_CROSS_SITE', detail);
}
