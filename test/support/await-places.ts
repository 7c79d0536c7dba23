/** What happens so that each of the callbacks is called. */

import { OWN, type Place, type Stage, type Waiting } from './await-stage.js';
import { refusal } from './memory-phoenix.js';

type Begin = (stage: Stage, waiting: Waiting) => unknown;

/** Long enough for a session that was lost to be replaced. */
const AWAY = 2000;

/** So many that the inbox overflows, while a message holds it for as long as reading may be paused. */
async function overflow({ sim }: Stage, waiting: Waiting): Promise<void> {
  let letGo = (): void => undefined;
  waiting.held = new Promise<void>((resolve) => (letGo = resolve));
  sim.phoenix.push(OWN, 'held');
  await sim.pass(0);
  for (let n = 0; n < 12; n += 1) sim.phoenix.push(OWN, 'said');
  await sim.pass(5000);
  waiting.held = null;
  letGo();
}

/** Nothing of these needs a connection. */
export const ANYWHERE: { readonly [P in Place]?: Begin } = {
  init: () => undefined,
  credentials: () => undefined,
  handleDisconnected: async ({ sim }) => {
    if (sim.client.status.state === 'connected') sim.phoenix.cut();
    await sim.pass(AWAY);
  },
  handleChannelClosed: ({ worker }) => {
    worker.leave(OWN);
    worker.join(OWN);
  },
  handlePushError: ({ worker }) => worker.push(OWN, 'expires', {}, { ttl: 0, ...AT_ONCE }),
  handleInfo: ({ sim }) => {
    sim.client.notify('it');
  },
  handleCall: ({ sim }) => void sim.client.call('it').catch(() => undefined),
  after: ({ worker }, waiting) => worker.after(0, () => waiting.turn('after')),
  every: ({ worker }, waiting) => worker.every(50, () => waiting.turn('every')),
  terminate: ({ sim }) => void sim.client.stop(),
  defer: ({ worker }, waiting) => worker.defer(() => waiting.turn('defer') ?? Promise.resolve()),
};

const AT_ONCE = { signal: AbortSignal.abort() };

const CONNECTED: { readonly [P in Place]?: Begin } = {
  handleConnected: () => undefined,
  handleJoined: () => undefined,
  handleJoinError: async ({ sim, worker }) => {
    sim.phoenix.crash(OWN);
    const { script } = sim.phoenix;
    sim.phoenix.script = { ...script, join: () => refusal('not now') };
    await sim.pass(AWAY);
    sim.phoenix.script = script;
    worker.rejoin(OWN);
  },
  handleMessage: ({ sim }) => {
    sim.phoenix.push(OWN, 'said');
  },
  handlePresence: ({ sim }) => {
    sim.phoenix.push(OWN, 'presence_state', { ada: { metas: [{ phx_ref: '1' }] } });
  },
  handleReply: ({ worker }) => worker.push(OWN, 'tell'),
  handleGap: overflow,
  params: ({ worker, sim }, waiting) => {
    worker.join(OWN, async () => {
      await waiting.turn('params');
      return {};
    });
    sim.phoenix.crash(OWN);
    return sim.pass(AWAY);
  },
};

export const PLACES = [...Object.keys(ANYWHERE), ...Object.keys(CONNECTED)] as Place[];

/** Brings the callback about, and lets it begin. */
export async function bring(place: Place, stage: Stage, waiting: Waiting): Promise<void> {
  const begin = ANYWHERE[place] ?? CONNECTED[place];
  await begin?.(stage, waiting);
  await stage.sim.pass(place === 'every' ? 50 : 0);
}
