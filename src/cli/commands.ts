/** The commands, in the order of `--help`. */

import type { CliCommand } from './cli-command.js';
import { serve } from './serve.js';

export const COMMANDS: readonly CliCommand[] = [serve];
