/** `run`: the daemon, until a signal ends it. */

import type { CliCommand } from '../cli-command.js';
import type { ExitName } from '../exit-codes.js';
import { EXITS } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';
import { packageVersion } from '../version.js';
import { configFileOf, flagsOf } from './config-given.js';

export const run: CliCommand = {
  name: 'run',
  summary: 'Run the daemon: a Phoenix connection for an application in any language.',
  args: [{ form: '[config]', about: 'a YAML or JSON file; default: PHX_CONFIG' }],
  options: [
    {
      flags: '--demo',
      about: 'start a Phoenix double with the channels of the seeds, and connect to it',
    },
    { flags: '--url <url>', about: 'the socket, over that of the file' },
    { flags: '--api <address>', about: 'where the API listens: a port, host:port, or unix:/path' },
    { flags: '--admin <address>', about: 'where page, probes and metrics listen' },
    { flags: '--log-level <level>', about: 'debug, info, warn or error' },
    { flags: '--set <path=value>', about: 'any value of the configuration', repeats: true },
  ],
  examples: [
    ['run --demo', 'See it work, without a Phoenix'],
    ['run sidecar.yaml', 'Run as a configuration says'],
    ['run sidecar.yaml --set drain.grace=20s', 'The same, with one value changed'],
  ],
  run: runDaemonCommand,
};

async function runDaemonCommand(given: Given, terminal: Terminal): Promise<ExitName> {
  const { runDaemon } = await import('../../daemon/run-daemon.js');
  const code = await runDaemon({
    load: { file: configFileOf(given, process.env), env: process.env, flags: flagsOf(given) },
    isDemo: given.has('demo'),
    version: packageVersion(),
    out: (line) => terminal.out(line),
    err: (line) => terminal.err(line),
    early: terminal.signal,
  });
  return exitNamed(code);
}

function exitNamed(code: number): ExitName {
  const found = (Object.keys(EXITS) as ExitName[]).find((name) => EXITS[name].code === code);
  return found ?? 'internal';
}
