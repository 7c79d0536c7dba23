/** What the probes are told: whether a restart would help, and whether the application may rely on the daemon. */

import type { ChannelStatus, ClientStatus } from '../../index.js';
import { closeWords } from './close-words.js';
import type { PhoenixSidecar } from '../sidecar/phoenix-sidecar.js';

/** What the daemon is doing. `starting` ends when every listener is open. */
export type Phase = 'starting' | 'running' | 'draining' | 'stopped';

export type Probed = {
  readonly phase: () => Phase;
  /** Why the disk of the inbox has failed for good; null: it has not. */
  readonly storeError: () => Error | null;
  readonly sidecar: Pick<PhoenixSidecar, 'client' | 'required' | 'givenUp'>;
};

export type Answer = { readonly ok: boolean; readonly body: object };

/** How many channels are named. */
const NAMED = 20;

/** Never because Phoenix is down: a restart would not bring it back. */
export function healthOf({ storeError, sidecar }: Probed): Answer {
  const liveness = sidecar.client.liveness();
  if (!liveness.alive) return { ok: false, body: liveness };
  const error = storeError();
  if (error === null) return { ok: true, body: liveness };
  return { ok: false, body: { alive: false, why: 'deadStore', what: error.message } };
}

export function startOf({ phase }: Probed): Answer {
  const started = phase() !== 'starting';
  return { ok: started, body: { started } };
}

export type ReadinessTerms = {
  /** Whether it must be connected, with every required channel joined. */
  readonly strict: boolean;
  /** Whether to say what is not. */
  readonly verbose: boolean;
};

/** Locally ready, unless more is asked for: a sidecar that is not ready takes its whole pod out of service. */
export function readinessOf(probed: Probed, { strict, verbose }: ReadinessTerms): Answer {
  const phase = probed.phase();
  if (phase === 'draining') return { ok: false, body: { ready: false, draining: true } };
  const status = probed.sidecar.client.status;
  const missing = [...missingOf(probed, status)];
  const isConnected = status.state === 'connected';
  const ok = phase === 'running' && (!strict || (isConnected && missing.length === 0));
  const named = strict ? { missing: missing.slice(0, NAMED).map(({ topic }) => topic) } : {};
  const body = { ready: ok, state: status.state, ...named };
  return { ok, body: verbose ? { ...body, ...detailsOf(probed, status) } : body };
}

type NotJoined = {
  readonly topic: string;
  readonly state: string;
  readonly since: string | null;
  readonly error: string | null;
};

/** Of the channels that are required. */
function missingOf({ sidecar }: Probed, { channels }: ClientStatus): readonly NotJoined[] {
  return [...sidecar.required]
    .map((topic) => notJoined(topic, channels.get(topic), sidecar))
    .filter(({ state }) => state !== 'joined');
}

function notJoined(
  topic: string,
  channel: ChannelStatus | undefined,
  { givenUp }: Probed['sidecar'],
): NotJoined {
  const lost = givenUp.get(topic);
  if (channel === undefined) {
    const since = lost === undefined ? null : new Date(lost.at).toISOString();
    return { topic, state: 'closed', since, error: lost?.why ?? null };
  }
  const { state, since, error } = channel;
  return { topic, state, since: since.toISOString(), error: error?.message ?? null };
}

function detailsOf(probed: Probed, status: ClientStatus): object {
  const { channels, since, attempt, close } = status;
  const wanted = [...channels].filter(([, { state }]) => state !== 'leaving');
  const broken = wanted.filter(([, { state }]) => state !== 'joined');
  const { sidecar } = probed;
  return {
    since: since.toISOString(),
    attempt,
    why: status.state === 'connected' || close === null ? null : closeWords(close),
    channels: { wanted: wanted.length, joined: wanted.length - broken.length },
    notJoined: broken.slice(0, NAMED).map(([topic, channel]) => notJoined(topic, channel, sidecar)),
    givenUp: [...sidecar.givenUp.keys()].slice(0, NAMED),
  };
}
