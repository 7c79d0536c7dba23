/** Where the configuration of the daemon comes from: its file, and the options that go over it. */

import { existsSync } from 'node:fs';
import { CommandError } from '../exit-codes.js';
import type { Given } from '../given.js';

/** Where an image or a unit has it. */
const USUAL = '/etc/gen-socket-client/config.yaml';

/** Null: there is none. */
export function configFileOf(given: Given, env: NodeJS.ProcessEnv): string | null {
  const [file] = given.args;
  if (file !== undefined) return file;
  if (env['PHX_CONFIG']) return env['PHX_CONFIG'];
  return existsSync(USUAL) ? USUAL : null;
}

const PATHS: { readonly [option: string]: string } = {
  url: 'url',
  api: 'api.listen',
  admin: 'admin.listen',
  logLevel: 'log.level',
};

/** Each path of the configuration with its value, those of `--set` last. */
export function flagsOf(given: Given): readonly (readonly [path: string, value: string])[] {
  const own = Object.entries(PATHS).flatMap(([option, path]) => {
    const value = given.text(option);
    return value === undefined ? [] : [[path, value] as const];
  });
  return [...own, ...given.texts('set').map(assignment)];
}

function assignment(text: string): readonly [path: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandError('usage', '--set takes path=value, such as drain.grace=20s');
}
