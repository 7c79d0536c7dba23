/** A process whose worker is asked to stop ends by itself, whatever the worker was at; all settles, and nothing complains. */

import { expect, test, vi } from 'vitest';
import {
  type ChannelTable,
  noReply,
  PhoenixDouble,
  type ServerChannel,
} from '../../src/testing/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PROGRAM = new URL('programs/stopping.ts', import.meta.url);

/** What has come to the server that the test waits for. */
type Asked = Arrivals<'join' | 'push'>;

type Scene = {
  readonly at: string;
  /** The worker, and what else the program is told. */
  readonly worker: readonly string[];
  /** Before the worker starts. */
  readonly server?: (double: PhoenixDouble) => unknown;
  readonly join?: (channel: ServerChannel) => unknown;
  /** What the server does when the worker's last push has come. */
  readonly last?: (double: PhoenixDouble) => void;
  /** Resolves when the worker is where it shall be. */
  readonly until: (program: ChildProgram, asked: Asked, double: PhoenixDouble) => Promise<unknown>;
  /** What the program says, but for that it has stopped. */
  readonly said: readonly string[];
};

const never = (): Promise<never> => new Promise(() => undefined);
const says = (line: string) => (program: ChildProgram) => program.until(line);
const asks = (_program: ChildProgram, asked: Asked) => asked.next();

const UNSETTLED = ['sent push: PHX_PUSH_LOST', 'waiting push: PHX_PUSH_DROPPED'];

const SCENES: readonly Scene[] = [
  { at: 'rest', worker: ['Idle'], until: says('connected'), said: ['connected'] },
  {
    at: 'a dial that nobody answers',
    worker: ['Joining'],
    server: (double) => {
      double.faults.stall();
    },
    until: (_program, _asked, double) =>
      expect.poll(() => double.dials.length, { timeout: SLOW_START }).toBe(1),
    said: ['join: PHX_JOIN_LOST'],
  },
  {
    at: 'a back-off',
    worker: ['Joining'],
    server: (double) => double.stop(),
    until: says('disconnected: network'),
    said: ['disconnected: network', 'join: PHX_JOIN_LOST'],
  },
  {
    at: 'credentials that never come',
    worker: ['Joining', 'credentials'],
    until: says('asked for credentials'),
    said: ['asked for credentials', 'join: PHX_JOIN_LOST'],
  },
  {
    at: 'join params that never come',
    worker: ['Preparing'],
    until: says('asked for params'),
    said: ['asked for params', 'connected', 'join: PHX_JOIN_LOST'],
  },
  {
    at: 'a join that nobody answers',
    worker: ['Joining'],
    join: never,
    until: asks,
    said: ['connected', 'join: PHX_JOIN_LOST'],
  },
  {
    at: 'a join that was refused',
    worker: ['Joining'],
    join: (channel) => channel.refuse({}),
    until: says('refused'),
    said: ['connected', 'join: PHX_JOIN_REFUSED', 'refused'],
  },
  {
    at: 'pushes that nobody answers',
    worker: ['Pushing'],
    until: asks,
    said: ['connected', 'join: ok', ...UNSETTLED],
  },
  {
    at: 'a leave that nobody answers',
    worker: ['Leaving'],
    last: (double) => {
      double.faults.drop();
    },
    until: asks,
    said: ['connected', 'join: ok', 'leave: ok'],
  },
  {
    at: 'pushes, with a server that is gone without a word',
    worker: ['Pushing'],
    last: (double) => {
      double.faults.halfOpen();
    },
    until: asks,
    said: ['connected', 'join: ok', ...UNSETTLED],
  },
  {
    at: 'a callback that never ends, which is given 5 s',
    worker: ['Hanging'],
    until: says('hanging'),
    said: ['hanging', 'terminate'],
  },
];

test.each(SCENES.map((scene) => [scene.at, scene] as const))('at %s', async (_at, scene) => {
  const asked: Asked = new Arrivals();
  await using double = await PhoenixDouble.start(channels(scene, asked, () => double));
  await scene.server?.(double);
  await using program = new ChildProgram(PROGRAM, [double.url, ...scene.worker]);
  await scene.until(program, asked, double);
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({
    code: 0,
    said: [...scene.said, 'stopped: requested', 'left:'],
    complaints: '',
  });
});

test('a worker that fails stops by itself, and the process is told once, by a warning', async () => {
  await using double = await PhoenixDouble.start({});
  await using program = new ChildProgram(PROGRAM, [double.url, 'Throwing']);
  const { code, said, complaints } = await program.ended;
  expect({ code, said }).toEqual({ code: 0, said: ['stopped: crashed', 'left:'] });
  expect(complaints.match(/Warning/g)).toHaveLength(1);
  expect(complaints).toMatch(
    /Warning: handleConnected failed: TypeError at .+ \(the worker: stop\)/,
  );
});

/** A server that leaves undone what the scene says. */
function channels(scene: Scene, asked: Asked, double: () => PhoenixDouble): ChannelTable {
  const join = (_params: unknown, channel: ServerChannel) => {
    if (scene.join === undefined) return undefined;
    asked.put('join');
    return scene.join(channel);
  };
  const last = () => {
    scene.last?.(double());
    asked.put('push');
    return noReply;
  };
  return {
    'room:1': { join, handle: { silence: () => noReply, last } },
    'room:slow': { join: never },
  };
}
