/** `config`: the configuration as it counts, without secrets, and where each value comes from. */

import type { CliCommand } from '../cli-command.js';
import { CONFIG_ARGUMENT, CONFIG_OPTIONS, givenConfig } from './given-config.js';

export const config: CliCommand = {
  name: 'config',
  summary: 'Print the configuration as it counts, redacted, with the origin of each value.',
  args: [CONFIG_ARGUMENT],
  options: [...CONFIG_OPTIONS, { flags: '--json', about: 'a JSON object a value' }],
  examples: [
    [
      'config config.yaml',
      'Print every value, and behind it its file:line:column, variable or flag',
    ],
    ['config config.yaml --json | jq .origin', 'The same for a program'],
  ],
  async run(given, terminal) {
    const loaded = await givenConfig(given);
    const { effective, effectiveText } = await import('../../daemon/config/effective.js');
    const values = effective(loaded);
    if (!given.has('json')) terminal.out(effectiveText(values));
    else for (const value of values) await terminal.print(JSON.stringify(value));
    return 'ok';
  },
};
