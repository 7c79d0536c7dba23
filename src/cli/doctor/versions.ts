/** The protocol versions: which of the two the server admits. */

import { v1 } from '../../protocol/v1-serializer.js';
import { v2 } from '../../protocol/v2-serializer.js';
import { attempt } from './attempt.js';
import { failed, type Outcome, passed } from './finding.js';
import type { Place } from './place.js';
import { BY_SIGN } from './problems.js';
import { Probe } from './probe.js';
import type { Visit } from './visit.js';

/** `isAdmitted`: whether the version that was asked for is. Dials with the other, and hangs up at once. */
export async function compareVersions(
  visit: Visit,
  place: Place,
  isAdmitted: boolean,
): Promise<Outcome> {
  const own = visit.serializer;
  const other = own.vsn === v2.vsn ? v1 : v2;
  const tried = await attempt('vsn', visit.limits, async (signal) => {
    const dialed = await Probe.dial(visit, place, other, signal);
    if (!(dialed instanceof Probe)) return `refused (${dialed.status ?? dialed.cause})`;
    await dialed.close();
    return 'accepted';
  });
  if (!tried.isDone)
    return isAdmitted ? passed(`${own.vsn} is accepted`, null, null) : tried.outcome;
  const saw = [
    `${own.vsn} is ${isAdmitted ? 'accepted' : 'refused'}`,
    `${other.vsn} is ${tried.value}`,
  ].join(', ');
  if (isAdmitted) return passed(saw, tried.ms, null);
  return failed(saw, BY_SIGN[tried.value === 'accepted' ? 'other vsn only' : 'no vsn']);
}
