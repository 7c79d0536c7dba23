/** The commands, in the order of `--help`. */

import type { CliCommand } from './cli-command.js';
import { doctor } from './doctor/doctor.js';
import { serve } from './serve.js';

export const COMMANDS: readonly CliCommand[] = [doctor, serve];
