/** Configurations of tests: loaded from a text, from the environment and from flags. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flag } from '../../../src/daemon/config/flags.js';
import { type Loaded, loadConfig, type Loading } from '../../../src/daemon/config/load.js';
import { problemText } from '../../../src/daemon/config/origin.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

export type Given = {
  readonly yaml?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly flags?: readonly Flag[];
};

export function configFileWith(yaml: string): string {
  const file = join(temporaryFolder(), 'c.yaml');
  writeFileSync(file, yaml);
  return file;
}

function loading({ yaml, env = {}, flags = [] }: Given): Promise<Loading> {
  return loadConfig({ file: yaml === undefined ? null : configFileWith(yaml), env, flags });
}

export async function loaded(given: Given): Promise<Loaded> {
  const result = await loading(given);
  if (result.kind === 'loaded') return result;
  throw new Error(result.problems.map(problemText).join('\n'));
}

/** What is said of it, the folder of the file left out; nothing: it is well. */
export async function complaints(given: Given): Promise<readonly string[]> {
  const result = await loading(given);
  if (result.kind === 'loaded') return [];
  return result.problems.map((problem) => problemText(problem).replace(/^\/\S*\/(?=c\.yaml)/, ''));
}
