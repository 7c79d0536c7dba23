/** The frames that hello-sockets shows are those of any server; without one it says what is wrong. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { inReadme } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

test('behind Cowboy it shows the same', async () => {
  await using server = await PhoenixDouble.start(seedChannels(), { server: 'cowboy' });
  await play(inReadme('hello-sockets'), server.url);
});

test('without a server it ends, and says where it looked', async () => {
  const server = await PhoenixDouble.start({});
  await server.stop();
  const program = new URL('../../examples/hello-sockets/program.ts', import.meta.url);
  await using nobody = new ChildProgram(program, [server.url]);
  const { code, said, complaints } = await nobody.ended;
  expect(code).toBe(1);
  expect(said).toEqual([]);
  expect(complaints).toContain(`TransportError: connect: connect ECONNREFUSED 127.0.0.1`);
});
