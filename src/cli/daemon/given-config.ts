/** The configuration that a command line asks for: the file, and what goes over it. */

import type { Flag } from '../../daemon/config/flags.js';
import type { Loaded, Loading } from '../../daemon/config/load.js';
import type { CliArgument, CliOption } from '../cli-command.js';
import { CommandError } from '../exit-codes.js';
import type { Given } from '../given.js';
import { optionalPart } from './optional-part.js';

export const CONFIG_ARGUMENT: CliArgument = {
  form: '[FILE]',
  about:
    'YAML or JSON; default: PHX_CONFIG, else /etc/gen-socket-client/config.yaml if it is there',
};

export const CONFIG_OPTIONS: readonly CliOption[] = [
  { flags: '--url <url>', about: 'of the Phoenix socket, over that of the file' },
  {
    flags: '--set <pair>',
    about: 'path=value, over the file and the environment; repeatable',
    repeats: true,
  },
];

type Wishes = {
  readonly needsUrl?: boolean;
  readonly flags?: readonly Flag[];
  /** Of a command whose first argument is another file. */
  readonly file?: string | undefined;
};

/** Throws a `CommandError` of exit 78 with a line for each thing that is wrong. */
export async function givenConfig(given: Given, wishes: Wishes = {}): Promise<Loaded> {
  const loading = await loadGiven(given, wishes);
  if (loading.kind === 'loaded') return loading;
  const { problemText } = await import('../../daemon/config/origin.js');
  const lines = loading.problems.map(problemText);
  throw new CommandError('config', ['the configuration is wrong', ...lines].join('\n'));
}

/** What is wrong may be read again, when somebody has mended it. */
export async function loadGiven(given: Given, wishes: Wishes = {}): Promise<Loading> {
  const { loadConfig } = await optionalPart(() => import('../../daemon/config/load.js'));
  const { configFile } = await import('../../daemon/config/config-file.js');
  const asked = 'file' in wishes ? wishes.file : given.args[0];
  const file = configFile(asked, process.env);
  const flags = [...flagsOf(given), ...(wishes.flags ?? [])];
  return loadConfig({ ...wishes, file, env: process.env, flags });
}

function flagsOf(given: Given): readonly Flag[] {
  const url = given.text('url');
  return [...given.texts('set').map(flagOf), ...(url === undefined ? [] : [['url', url] as const])];
}

/** The value may be a secret: a pair that is none is not repeated. */
function flagOf(pair: string, at: number): Flag {
  const equals = pair.indexOf('=');
  if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
  throw new CommandError('usage', `--set number ${at + 1} is no pair: write path=value`);
}
