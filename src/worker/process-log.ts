/** What a worker's process says of itself: to the logger it was given, or as JSON lines on stderr. */

import type { Logger } from '../telemetry/log-to.js';

/** False: it says nothing. */
export type ProcessLog = Logger | false | undefined;

export function processLog(log: ProcessLog): Logger {
  if (log === false) return { debug: say, info: say, warn: say, error: say };
  return log ?? onStderr();
}

function say(): void {}

/** The fields of pino's lines, with the level by its name. */
function onStderr(): Logger {
  const at = (level: string) => (fields: object, msg: string) => {
    process.stderr.write(`${JSON.stringify({ level, time: Date.now(), ...fields, msg })}\n`);
  };
  return { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') };
}
