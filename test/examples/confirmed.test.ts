/** The examples of confirmed delivery print what their readers expect, and find what an earlier run has left. */

import { expect, test, vi } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

vi.setConfig({ testTimeout: SLOW_START });

const WORKER = new URL('../../examples/confirmed/program.ts', import.meta.url);
const SCRIPT = new URL('../../examples/confirmed-script/program.ts', import.meta.url);

async function saidBy(program: URL, folder: string): Promise<readonly string[]> {
  await using server = await PhoenixDouble.start(seedChannels());
  const env = { PHOENIX_URL: server.url, OUTBOX: folder };
  await using run = new ChildProgram(program, [], [], env);
  const { code, said, complaints } = await run.ended;
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return said;
}

test('the worker on the first page is told that its push is on disk, and then that it was answered', async () => {
  const said = await saidBy(WORKER, temporaryFolder());
  expect(said).toEqual(['sale:42 is on disk', 'sale:42 ok']);
});

test('the script delivers what an earlier run has left, before its own', async () => {
  const folder = temporaryFolder();
  const store = levelStore(folder);
  const left = { topic: 'ping:till', event: 'echo', payload: { id: 41 }, expires: null };
  await store.put({ ...left, key: 'sale:41' });
  await store.close();
  expect(await saidBy(SCRIPT, folder)).toEqual([
    'ping:till: 1 left by an earlier run',
    'on disk',
    "confirmed: { id: 42, idempotency_key: 'sale:42' }",
    'left to the next run: 0',
  ]);
});
