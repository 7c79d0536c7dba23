/** Where the configuration lies when nobody says it. */

import { existsSync } from 'node:fs';

const STANDARD_FILE = '/etc/gen-socket-client/config.yaml';

/** What was given, else `PHX_CONFIG`, else the usual place if something is there; null: there is no file. */
export function configFile(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  standard: string = STANDARD_FILE,
): string | null {
  if (given !== undefined) return given;
  const named = env['PHX_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return existsSync(standard) ? standard : null;
}
