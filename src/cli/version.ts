/** The version of this package, as `--version` says it. */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** By the package's own name: its package.json is found from wherever the compiled file lies. */
export function packageVersion(): string {
  const { version } = require('gen-socket-client/package.json') as { readonly version: string };
  return version;
}
