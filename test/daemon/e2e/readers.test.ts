/** How the daemon ends when whoever reads its output has gone, or reads no more. */

import { expect, test } from 'vitest';
import { ChildProgram, SLOW_START } from '../../support/child-program.js';
import { MAIN } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { configured } from '../support/daemon-process.js';
import { World } from '../support/world.js';

const CHANNELS = { 'room:a': { deliver: 'lines' } };

test.each([
  ['in memory are lost, which 75 says', {}, 75],
  ['on disk are kept, which 0 says', { store: 'inbox' }, 0],
] as const)(
  'events that the reader of stdout has left %s',
  {
    timeout: SLOW_START,
  },
  async (_what, { store }: { store?: string }, code) => {
    const world = await World.begin(({ folder }) => ({
      channels: CHANNELS,
      deliver: { lines: { stdout: 'ndjson' } },
      inbox: store === undefined ? {} : { store: `${folder}/${store}` },
    }));
    world.daemon.stopReading();
    world.say('room:a');
    const report = await world.daemon.report();
    expect(report).toMatchObject({ code, undelivered: 1, kept: code === 0 ? 1 : 0 });
  },
);

test.each(['stdout', 'stderr'])(
  'a %s whose reader has gone does not keep it when it ends',
  {
    timeout: SLOW_START,
  },
  async (to) => {
    const log = { level: 'debug', format: 'json', to };
    const file = configured(temporaryFolder(), { url: 'ws://127.0.0.1:1/socket', log });
    await using daemon = new ChildProgram(MAIN, ['run', file]);
    await (to === 'stdout' ? daemon.next() : daemon.nextComplaint());
    daemon.stopListening();
    daemon.signal('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  },
);
