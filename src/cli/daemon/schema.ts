/** `schema`: the JSON Schema of the configuration. */

import type { CliCommand } from '../cli-command.js';
import { optionalPart } from './optional-part.js';

export const schema: CliCommand = {
  name: 'schema',
  summary: 'Print the JSON Schema of the configuration, for editors.',
  args: [],
  options: [],
  examples: [['schema > gen-socket-client.schema.json', 'Then: # yaml-language-server: $schema=…']],
  async run(_given, terminal) {
    const { jsonSchema } = await optionalPart(() => import('../../daemon/config/json-schema.js'));
    terminal.out(JSON.stringify(jsonSchema(), null, 2));
    return 'ok';
  },
};
