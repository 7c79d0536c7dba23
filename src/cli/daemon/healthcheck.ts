/** `healthcheck`: asks the probes of the daemon that runs with the same configuration, for a container without curl. */

import type { CliCommand } from '../cli-command.js';
import { CommandError, type ExitName } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';
import { CONFIG_ARGUMENT, CONFIG_OPTIONS, givenConfig } from './given-config.js';
import { optionalPart } from './optional-part.js';

export const healthcheck: CliCommand = {
  name: 'healthcheck',
  summary: 'Ask the running daemon whether it is well: exit 0 or 1.',
  args: [CONFIG_ARGUMENT],
  options: [
    ...CONFIG_OPTIONS,
    { flags: '--ready', about: 'whether it is ready, not only alive' },
    { flags: '--admin <address>', about: 'where its admin listener is' },
  ],
  examples: [
    [
      'healthcheck',
      'Of the daemon with the usual configuration: what HEALTHCHECK of the image does',
    ],
    ['healthcheck config.yaml --ready', 'Whether the daemon of that file is ready'],
  ],
  run: check,
};

async function check(given: Given, terminal: Terminal): Promise<ExitName> {
  const admin = given.text('admin');
  const flags = admin === undefined ? [] : [['admin.listen', admin] as const];
  const { config } = await givenConfig(given, { needsUrl: false, flags });
  const { askProbe } = await optionalPart(() => import('../../daemon/ask-probe.js'));
  const answer = await askProbe(config, given.has('ready') ? '/readyz' : '/healthz');
  if (!answer.ok) throw new CommandError('failed', answer.what);
  terminal.out(answer.what);
  return 'ok';
}
