/** What a command joins with. */

import type { CliOption } from './cli-command.js';
import type { Given } from './given.js';
import { jsonOf } from './json-text.js';

export const JOIN_PARAMS: CliOption = {
  flags: '--params <json>',
  about: 'params of the join',
  standard: '{}',
};

/** None where the command does not join. Throws a `CommandError`. */
export function joinParams(given: Given): unknown {
  return jsonOf('--params', given.text('params') ?? '{}');
}
