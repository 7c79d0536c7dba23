/** Loads a part of the daemon when a command needs it: the other commands start without its libraries. */

import { UsageError } from '../../errors.js';

/** Rejects with `PHX_MISSING_DEPENDENCY`, which names the package. */
export async function optionalPart<M>(load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (cause) {
    const name = missingIn(cause);
    if (name === null) throw cause;
    const remedy = `it is an optional dependency: npm install ${name}`;
    throw new UsageError('PHX_MISSING_DEPENDENCY', `${name} cannot be loaded; ${remedy}`, {
      cause,
    });
  }
}

/** The package that Node did not find; null: it was something else. */
function missingIn(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code !== 'ERR_MODULE_NOT_FOUND') return null;
  const [, name = null] = /Cannot find package '([^']+)'/.exec(error.message) ?? [];
  return name;
}
