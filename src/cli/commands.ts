/** The commands, in the order of `--help`. */

import type { CliCommand } from './cli-command.js';
import { run } from './daemon/run.js';
import { doctor } from './doctor/doctor.js';
import { listen } from './listen.js';
import { push } from './push.js';
import { repl } from './repl.js';
import { serve } from './serve.js';

export const COMMANDS: readonly CliCommand[] = [run, listen, push, repl, doctor, serve];
