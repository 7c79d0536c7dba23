/** In what state the topic is that is waited for, what waits in its outbox, and what the server does from then on. */

import type { ChannelState } from '../../src/channel/channel-effects.js';
import type { WhenFull } from '../../src/index.js';
import { ANSWERING, type Stage, TARGET } from './await-stage.js';
import { type Answer, OK, type Received, refusal, type Script } from './memory-phoenix.js';

export type State = 'never' | 'joining' | 'joined' | 'errored' | 'leaving' | 'lost' | 'unwanted';
export type Server = 'answers' | 'is silent' | 'refuses' | 'crashes' | 'drops';
export type Crowd = 'nothing' | 'unwritten' | WhenFull;

const FULL = 2 * 1024 * 1024;

/** What the script is while the topic is brought there, and what is done. */
const STATES: {
  readonly [S in State]: { readonly script: Script; arrange(stage: Stage): Promise<void> | void };
} = {
  unwanted: { script: ANSWERING, arrange: () => undefined },
  never: { script: { ...ANSWERING, dial: () => null }, arrange: join },
  joining: { script: { ...ANSWERING, join: exceptTarget(null) }, arrange: join },
  joined: { script: ANSWERING, arrange: join },
  errored: { script: { ...ANSWERING, join: exceptTarget(refusal('not now')) }, arrange: join },
  leaving: {
    script: { ...ANSWERING, leave: ({ topic }) => (topic === TARGET ? null : OK) },
    arrange: async (stage) => {
      join(stage);
      await stage.sim.quiet();
      stage.worker.leave(TARGET);
    },
  },
  lost: {
    script: { ...ANSWERING, dial: () => null },
    arrange: async (stage) => {
      join(stage);
      await stage.sim.quiet();
      stage.sim.phoenix.sessions.at(-1)?.cut();
    },
  },
};

function join({ worker }: Stage): void {
  worker.join(TARGET);
}

function exceptTarget(answer: Answer): (message: Received) => Answer {
  return ({ topic }) => (topic === TARGET ? answer : OK);
}

/** What the client says of the topic then; undefined: it knows none. */
export const REACHED: { readonly [S in State]: ChannelState | undefined } = {
  unwanted: undefined,
  never: 'joining',
  joining: 'joining',
  joined: 'joined',
  errored: 'errored',
  leaving: 'leaving',
  lost: 'joining',
};

export async function arrange(stage: Stage, state: State, crowd: Crowd): Promise<void> {
  const { script, arrange: bring } = STATES[state];
  stage.sim.phoenix.script = script;
  await bring(stage);
  await stage.sim.quiet();
  fill(stage, crowd);
}

/** Two fit in; when they are to be blocked, as many wait for room. */
function fill({ sim, worker }: Stage, crowd: Crowd): void {
  if (crowd === 'nothing') return;
  for (const session of sim.phoenix.sessions) session.bufferedAmount = FULL;
  if (crowd === 'unwritten') return;
  for (const event of ['first', 'second']) worker.push(TARGET, event);
}

const SERVERS: { readonly [S in Server]: (stage: Stage) => Script } = {
  answers: () => ANSWERING,
  'is silent': () => ({ dial: () => null, join: none, leave: none, push: none }),
  refuses: () => ({
    dial: () => ({ status: 502 }),
    join: () => refusal('no'),
    leave: () => refusal('no'),
    push: () => refusal('no'),
  }),
  crashes: (stage) => ({ join: crash(stage), push: crash(stage), leave: crash(stage) }),
  drops: () => ({ join: drop, push: drop, leave: drop }),
};

function none(): null {
  return null;
}

function drop({ session }: Received): null {
  session.cut();
  return null;
}

function crash({ sim }: Stage): (message: Received) => null {
  return ({ topic }) => {
    const member = sim.phoenix.sent('phx_join', topic).at(-1);
    if (member !== undefined) sim.phoenix.crash(topic, member);
    return null;
  };
}

/** From now on the server does so with what it is asked. */
export function behave(stage: Stage, server: Server): void {
  stage.sim.phoenix.script = SERVERS[server](stage);
}

/** And with what it had been asked before. */
export function follow({ sim }: Stage, server: Server): void {
  const { phoenix } = sim;
  for (const session of phoenix.sessions) {
    if (server === 'answers') session.bufferedAmount = 0;
    if (server === 'drops') session.cut();
  }
  const asked = ['phx_join', 'phx_leave'].flatMap((event) => phoenix.sent(event, TARGET).slice(-1));
  for (const message of asked) {
    if (server === 'answers') phoenix.reply(message, OK);
    if (server === 'refuses') phoenix.reply(message, refusal('no'));
    if (server === 'crashes') phoenix.crash(TARGET, message);
  }
}

/** The server is well again. */
export function heal({ sim }: Stage): void {
  for (const session of sim.phoenix.sessions) session.bufferedAmount = 0;
  sim.phoenix.script = ANSWERING;
}
