/** `run`: the daemon, until a signal ends it. */

import type { Flag } from '../../daemon/config/flags.js';
import { Hangups } from '../../daemon/hangups.js';
import type { CliCommand, CliOption } from '../cli-command.js';
import { type ExitName, EXITS } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';
import { packageVersion } from '../version.js';
import { CONFIG_ARGUMENT, CONFIG_OPTIONS, givenConfig, loadGiven } from './given-config.js';
import { optionalPart } from './optional-part.js';

const OPTIONS: readonly CliOption[] = [
  {
    flags: '--demo',
    about: 'start a Phoenix double with the channels of the seeds, and connect to it',
  },
  { flags: '--api <address>', about: 'where the API listens: a port, host:port, or unix:/path' },
  { flags: '--admin <address>', about: 'where the page, the probes and the metrics listen' },
  { flags: '--log-level <level>', about: 'debug, info, warn or error' },
];

/** Options that are short for a path of the configuration. */
const PATHS: { readonly [option: string]: string } = {
  api: 'api.listen',
  admin: 'admin.listen',
  logLevel: 'log.level',
};

export const run: CliCommand = {
  name: 'run',
  summary: 'Run the daemon: a Phoenix connection for an application in any language.',
  args: [CONFIG_ARGUMENT],
  options: [...OPTIONS, ...CONFIG_OPTIONS],
  examples: [
    ['run --demo', 'See it work without a Phoenix: what it prints says where to look'],
    ['run config.yaml', 'Run as the file says, until SIGTERM or Ctrl-C'],
    ['run config.yaml --set drain.grace=20s', 'The same, with one value changed'],
  ],
  run: runHere,
};

async function runHere(given: Given, terminal: Terminal): Promise<ExitName> {
  using hangups = new Hangups();
  const isDemo = given.has('demo');
  const wishes = { needsUrl: !isDemo, flags: flagsOf(given) };
  const loaded = await givenConfig(given, wishes);
  const { runDaemon } = await optionalPart(() => import('../../daemon/run-daemon.js'));
  // What is delivered there counts as delivered or as left; only the daemon knows which.
  terminal.outliveOutput();
  const code = await runDaemon({
    loaded,
    reload: () => loadGiven(given, wishes),
    isDemo,
    version: packageVersion(),
    out: (line) => {
      terminal.out(line);
    },
    early: terminal.signal,
    hangups,
  });
  return exitNamed(code);
}

function flagsOf(given: Given): readonly Flag[] {
  return Object.entries(PATHS).flatMap(([option, path]) => {
    const value = given.text(option);
    return value === undefined ? [] : [[path, value] as const];
  });
}

function exitNamed(code: number): ExitName {
  const names = Object.keys(EXITS) as ExitName[];
  return names.find((name) => EXITS[name].code === code) ?? 'internal';
}
