/** `init`: a configuration to start with, all of it explained. */

import { writeFile } from 'node:fs/promises';
import type { CliCommand } from '../cli-command.js';
import { CommandError, type ExitName } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';
import { optionalPart } from './optional-part.js';

export const init: CliCommand = {
  name: 'init',
  summary: 'Write a commented configuration to start with.',
  args: [{ form: '[FILE]', about: 'must not be there yet; without it, to stdout' }],
  options: [],
  examples: [['init config.yaml', 'Write it, and never over another']],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const { starterText } = await optionalPart(() => import('../../daemon/config/starter.js'));
  const [file] = given.args;
  if (file === undefined) {
    terminal.out(starterText().trimEnd());
    return 'ok';
  }
  try {
    await writeFile(file, starterText(), { flag: 'wx' });
  } catch (error) {
    throw refusalOf(error, file);
  }
  terminal.out(`${file} is written: gen-socket-client validate ${file}`);
  return 'ok';
}

function refusalOf(error: unknown, file: string): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'EEXIST') return new CommandError('usage', `${file} is there: choose another name`);
  return new CommandError('output', `${file} cannot be written (${code}): choose another place`);
}
