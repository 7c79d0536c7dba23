/** The doctor's walk: from the URL up to a joined channel and back, each step once, as far as it makes sense. */

import { encrypt } from './encryption.js';
import { type Finding, type Outcome, skipped, type Step } from './finding.js';
import { lookUp, reach } from './network.js';
import { type Place, placeOf } from './place.js';
import { Probe } from './probe.js';
import { beat, hangUp, join } from './talk.js';
import { dial, isForbidden, subprotocolOutcome, upgradeOutcome } from './upgrade.js';
import { compareVersions } from './versions.js';
import type { Visit } from './visit.js';

const BELOW_HTTP = [
  ['dns', lookUp],
  ['tcp', reach],
  ['tls', encrypt],
] as const;

/** Ends where nothing above can succeed. Rejects with the reason of the visit's signal. */
export async function* walk(visit: Visit): AsyncGenerator<Finding> {
  const place = placeOf(visit);
  yield finding('url', place);
  if (place.result !== 'ok') return;
  for (const [step, look] of BELOW_HTTP) {
    const outcome = await lookBelow(look, place.found, visit);
    yield finding(step, outcome);
    if (outcome.result === 'failed') return;
  }
  yield* walkSession(visit, place.found);
}

/** Behind a proxy, what this machine can see of the server is not what the client will meet. */
function lookBelow(
  look: (place: Place, limits: Visit['limits']) => Promise<Outcome>,
  place: Place,
  { limits }: Visit,
): Outcome | Promise<Outcome> {
  if (place.proxy === null) return look(place, limits);
  return skipped(`the proxy ${place.proxy.host} makes the connection`);
}

async function* walkSession(visit: Visit, place: Place): AsyncGenerator<Finding> {
  const dialed = await dial(visit, place);
  const probe = dialed.isDone && dialed.value instanceof Probe ? dialed.value : null;
  try {
    yield finding('upgrade', upgradeOutcome(dialed, visit.secrets));
    yield finding('subprotocol', subprotocolOutcome(dialed, visit));
    if (probe !== null || isForbidden(dialed)) {
      yield finding('vsn', await compareVersions(visit, place, probe !== null));
    }
    if (probe !== null) yield* walkTalk(visit, probe);
  } finally {
    probe?.terminate();
  }
}

/** A heartbeat without an answer says nothing of a join; a connection that has gone does. */
async function* walkTalk(visit: Visit, probe: Probe): AsyncGenerator<Finding> {
  yield finding('heartbeat', await beat(probe, visit));
  if (!probe.isOpen()) return;
  const joined = await join(probe, visit);
  yield finding('join', joined);
  if (!probe.isOpen()) return;
  yield finding('close', await hangUp(probe, visit, joined.result === 'ok'));
}

function finding(step: Step, outcome: Outcome<unknown>): Finding {
  return { step, outcome };
}
