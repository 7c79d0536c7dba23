/** The tutorial as a script: what its README says of each line stands in the program, which runs behind both servers. */

import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { inReadme } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

const read = (file: string): string =>
  readFileSync(new URL(`../../examples/slipstream-scripting/${file}`, import.meta.url), 'utf8');

test('behind Cowboy it shows the same', async () => {
  await using server = await PhoenixDouble.start(seedChannels(), { server: 'cowboy' });
  await play(inReadme('slipstream-scripting'), server.url);
});

test('each line that the README sets beside the tutorial stands in the program', () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const ours = rows.flatMap((row) => /^\|.*?(?<!\\)\| `([^`]+)` \|/.exec(row)?.[1] ?? []);
  expect(ours).toHaveLength(11);
  for (const line of ours) expect(read('program.ts')).toContain(line);
});
