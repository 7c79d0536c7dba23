/** Every example that speaks to the channels of the seeds prints what is shown of it, and ends as it should. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { examples } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

/** Longer than a program may be stopped on a busy machine: it is a heartbeat late that would end its stream. */
const PATIENCE = 4000;

test.each(examples)('$name, $program: prints what is shown of it', async (example) => {
  await using server = await PhoenixDouble.start(seedChannels(), { shortIdleTimeout: PATIENCE });
  await play(example, server.urlOf(example.mount));
  expect(server.crashes).toEqual([]);
});

test('examples/README.md has a row for each example, and for no other', () => {
  const folder = new URL('../../examples/', import.meta.url);
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  const rows = [...readme.matchAll(/^\| \[([\w-]+)\]/gm)].map(([, name]) => name);
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(rows.toSorted()).toEqual(names.toSorted());
});
