/** What the exit code of a worker's process says of confirmed pushes that are left, and of a store that another one has open. */

import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { noReply, PhoenixDouble } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

vi.setConfig({ testTimeout: SLOW_START });

const PROGRAM = new URL('programs/confirming.ts', import.meta.url);
const CHANNELS = { 'room:1': { handle: { silence: () => noReply } } };

/** `path` is the folder of its store; none: it has no store. */
function program(options: object, path = ''): ChildProgram {
  return new ChildProgram(PROGRAM, [JSON.stringify(options), path]);
}

test('0 when the store keeps what the grace of a drain left', async () => {
  await using server = await PhoenixDouble.start(CHANNELS);
  const options = { url: server.url, drain: { grace: 50 } };
  await using child = program(options, join(temporaryFolder(), 'store'));
  await child.until('sent');
  child.signal('SIGTERM');
  const { code, complaints } = await child.ended;
  expect(complaints).toContain('"unsent":0,"unanswered":0,"persisted":1,"forced":false');
  expect(code).toBe(0);
});

test('75 when the same work was kept by no store', async () => {
  await using server = await PhoenixDouble.start(CHANNELS);
  await using child = program({ url: server.url, drain: { grace: 50 } });
  await child.until('sent');
  child.signal('SIGTERM');
  const { code, complaints } = await child.ended;
  expect(complaints).toContain('"unsent":0,"unanswered":1,"persisted":0,"forced":true');
  expect(code).toBe(75);
});

test('74 when the store belongs to another worker that lives, who goes on', async () => {
  await using server = await PhoenixDouble.start(CHANNELS);
  const path = join(temporaryFolder(), 'store');
  const options = { url: server.url, restart: { max: 0 } };
  await using owner = program(options, path);
  await owner.until('sent');
  await using second = program(options, path);
  const { code, complaints } = await second.ended;
  expect(code).toBe(74);
  expect(complaints).toContain('PHX_STORE_LOCKED');
  expect(server.topics()).toEqual(['room:1']);

  owner.signal('SIGKILL');
  await owner.ended;
  await using next = program(options, path);
  await next.until('sent');
});
