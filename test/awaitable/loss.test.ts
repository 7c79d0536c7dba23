/**
 * The script of Slipstream's tutorial, with the server going away at every point of it: each await resolves, or rejects with a
 * named reason, and the next run of the script on the same socket goes through.
 */

import { describe, expect, test } from 'vitest';
import {
  type Channel,
  connect,
  type ConnectOptions,
  hasCode,
  type Socket,
} from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';

/** What a script may be told when the server goes away. */
const REASONS = [
  'PHX_JOIN_LOST',
  'PHX_JOIN_TIMEOUT',
  'PHX_CHANNEL_CRASHED',
  'PHX_PUSH_LOST',
  'PHX_PUSH_TIMEOUT',
  'PHX_PUSH_DROPPED',
  'PHX_RECEIVE_TIMEOUT',
  'PHX_LEAVE_TIMEOUT',
] as const;

/** A run of the script: how long it waits for an answer, and its channel once that is joined. */
type Run = { readonly socket: Socket; readonly timeout: number; lobby?: Channel };
type Step = (run: Run) => Promise<unknown>;

const SCRIPT: { readonly [what: string]: Step } = {
  'the join': async (run) => {
    run.lobby = await run.socket.join('rooms:lobby', { fizz: 'buzz' });
  },
  'that a push is sent': (run) => lobbyOf(run).push('quicksand', { a: 'b' }).sent(),
  'a reply': ({ timeout, ...run }) => lobbyOf(run).push('ping', {}, { timeout }).reply(),
  'an ok': ({ timeout, ...run }) => lobbyOf(run).push('ping', {}, { timeout }).ok(),
  'a message of the channel': ({ timeout, ...run }) => {
    lobbyOf(run).push('push to me');
    return lobbyOf(run).receive('foo', { bar: 'baz' }, { timeout });
  },
  'a message of the socket': ({ timeout, ...run }) => {
    lobbyOf(run).push('push to me');
    return run.socket.receive({ timeout });
  },
  'the next message of a reader': async ({ timeout, ...run }) => {
    lobbyOf(run).push('push to me');
    const signal = AbortSignal.timeout(timeout);
    const reader = lobbyOf(run).messages('foo');
    signal.addEventListener('abort', () => void reader.return?.());
    await reader.next();
  },
  'the leave': (run) => lobbyOf(run).leave(),
};

function lobbyOf({ lobby }: Pick<Run, 'lobby'>): Channel {
  if (lobby === undefined) throw new Error('the script has not joined yet');
  return lobby;
}

const LOSSES: { readonly [how: string]: (phoenix: PhoenixDouble) => Promise<void> } = {
  'is cut and restarts': (phoenix) => phoenix.restart(),
  'drains and restarts': (phoenix) => phoenix.restart({ drain: true }),
  'loses the channel': async (phoenix) => {
    phoenix.crash('rooms:lobby');
  },
};

/** Long enough for an answer on a machine that is busy. */
const PATIENT = 20_000;
/** So short that a script which waits in vain goes on soon. */
const IMPATIENT = 300;

const options: ConnectOptions = { ...QUICK, timeouts: { join: PATIENT } };

/** Runs it with a loss at the step, to the end or to the first rejection, which is given back. */
async function runWith(run: Run, at: string, lose: Lose): Promise<unknown> {
  for (const [what, step] of Object.entries(SCRIPT)) {
    try {
      await (what === at ? lose(step, run) : step(run));
    } catch (error) {
      return error;
    }
  }
  return null;
}

type Lose = (step: Step, run: Run) => Promise<unknown>;

function before(loss: () => Promise<void>): Lose {
  return async (step, run) => {
    await loss();
    return step(run);
  };
}

function during(loss: () => Promise<void>): Lose {
  return async (step, run) => {
    const settled = step(run).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    await loss();
    const failure = await settled;
    if (failure !== null) throw failure.error as Error;
  };
}

async function expectThrough(socket: Socket): Promise<void> {
  const run: Run = { socket, timeout: PATIENT };
  for (const step of Object.values(SCRIPT)) await step(run);
}

describe.each(Object.entries(LOSSES))('when the server %s', (_how, lose) => {
  describe.each(Object.keys(SCRIPT))('at %s', (at) => {
    test.each([
      ['right before', before],
      ['right after it was asked for', during],
    ])('%s, the script goes on or knows why, and goes through the next time', async (_, when) => {
      await using phoenix = await PhoenixDouble.start(seedChannels());
      const socket = await connect(phoenix.url, options);
      const loss = () => lose(phoenix);
      const error = await runWith({ socket, timeout: IMPATIENT }, at, when(loss));
      expect(error === null || hasCode(error, ...REASONS), String(error)).toBe(true);
      await expectThrough(socket);
      await socket.disconnect();
    });
  });
});

test.each(['is cut and restarts', 'drains and restarts'])(
  'a connect while the server %s opens or knows why, and the next one opens',
  async (how) => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    const connecting = connect(phoenix.url, options).catch((error: unknown) => error);
    await LOSSES[how]?.(phoenix);
    const first = await connecting;
    if (first instanceof Error) {
      expect(hasCode(first, 'PHX_DIAL_FAILED', 'PHX_CONNECTION_LOST')).toBe(true);
    } else await (first as Socket).disconnect();
    const socket = await connect(phoenix.url, { ...options, retry: true });
    await expectThrough(socket);
    await socket.disconnect();
  },
);
