/** The commands, in the order of `--help`. */

import type { CliCommand } from './cli-command.js';
import { config } from './daemon/config.js';
import { healthcheck } from './daemon/healthcheck.js';
import { init } from './daemon/init.js';
import { replay } from './daemon/replay.js';
import { run } from './daemon/run.js';
import { schema } from './daemon/schema.js';
import { validate } from './daemon/validate.js';
import { doctor } from './doctor/doctor.js';
import { listen } from './listen.js';
import { push } from './push.js';
import { repl } from './repl.js';
import { serve } from './serve.js';

export const COMMANDS: readonly CliCommand[] = [
  listen,
  push,
  repl,
  doctor,
  serve,
  run,
  healthcheck,
  validate,
  config,
  schema,
  init,
  replay,
];
