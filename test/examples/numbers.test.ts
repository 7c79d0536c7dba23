/** The streams of numbers outlive the server's idle timeout, the one without a heartbeat does not, and they compose in a pipe. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';
import { inReadme } from './examples.js';
import { formOf, play, shownBy } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

/** Longer than a program may be stopped on a busy machine. */
const PATIENCE = 4000;

const COMMAND = new URL('../../src/cli/main.ts', import.meta.url);
const shell = promisify(execFile);

test('behind Cowboy nobody dials twice', async () => {
  const options = { server: 'cowboy', shortIdleTimeout: PATIENCE } as const;
  await using server = await PhoenixDouble.start(seedChannels(), options);
  await play(inReadme('numbers'), server.urlOf('/short'));
  const versions = server.dials.map(({ path }) => /vsn=(.)/.exec(path)?.[1]);
  expect(versions).toEqual(['1', '2', '1']);
});

test.each(['messages', 'frames'])(
  'the %s of version 1 go down the pipe of the README',
  async (what) => {
    await using server = await PhoenixDouble.start(seedChannels());
    const [pipe = ''] = shownBy('numbers', what, 'sh');
    const path = fileURLToPath(compiled(COMMAND));
    const command = `gen-socket-client() { '${process.execPath}' '${path}' "$@"; }`;
    const line = pipe.replace('ws://localhost:4000/socket', server.url);
    const { stdout } = await shell('bash', ['-o', 'pipefail', '-c', `${command}\n${line}`]);
    const said = stdout.trimEnd().split('\n');
    const shown = shownBy('numbers', what);
    expect(said).toHaveLength(shown.length);
    for (const [at, line] of shown.entries()) expect(said[at]).toMatch(formOf(line));
  },
);
