/** Runs the tests against a real Phoenix server, or says what they need. */

import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './ensure-installed.mjs';

if (!process.env.PHOENIX_URL) {
  console.error(
    [
      'PHOENIX_URL is not set. It names the socket of a running Phoenix server that serves the',
      'channels of the recordings (test/conformance/wire/README.md). For example:',
      '',
      '  PHOENIX_URL=ws://127.0.0.1:4000/socket npm run test:live',
    ].join('\n'),
  );
  process.exit(1);
}

ensureInstalled();
// One file after the other: they share the topics of one server.
const args = ['run', '--project', 'live', '--no-file-parallelism', ...process.argv.slice(2)];
const { status } = spawnSync('vitest', args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
