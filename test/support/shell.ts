/** A line typed in bash, where `gen-socket-client` is the command line of the sources. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MAIN, type Run } from './command-line.js';
import { compiled } from './compiled.js';

/** Fails with what fails first in a pipe, and not only with what is last. */
const HEAD = 'set -o pipefail; gen-socket-client() { "$NODE" "$MAIN" "$@"; }; ';

export function shell(line: string): Promise<Run> {
  const env = { ...process.env, NODE: process.execPath, MAIN: fileURLToPath(compiled(MAIN)) };
  return new Promise((resolve) => {
    const bash = execFile('bash', ['-c', HEAD + line], { env }, (_error, stdout, err) => {
      resolve({ code: bash.exitCode, out: stdout.split('\n').slice(0, -1), err });
    });
  });
}
