/** The streams of numbers outlive the server's idle timeout, and the one without a heartbeat does not. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { inReadme } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

/** Longer than a program may be stopped on a busy machine. */
const PATIENCE = 4000;

test('behind Cowboy nobody dials twice', async () => {
  const options = { server: 'cowboy', shortIdleTimeout: PATIENCE } as const;
  await using server = await PhoenixDouble.start(seedChannels(), options);
  await play(inReadme('numbers'), server.urlOf('/short'));
  const versions = server.dials.map(({ path }) => /vsn=(.)/.exec(path)?.[1]);
  expect(versions).toEqual(['1', '2', '1']);
});
