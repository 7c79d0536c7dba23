/** `doctor`: says of each step to a joined channel what was seen and, for a failure, the likely cause and the remedy. */

import { serializerOf } from '../../sockets/option-forms.js';
import type { CliCommand } from '../cli-command.js';
import { DIAL_OPTIONS, dialOptions, secretsOf } from '../dial-options.js';
import { durationOf } from '../duration-text.js';
import type { ExitName } from '../exit-codes.js';
import type { Given } from '../given.js';
import { JOIN_PARAMS, joinParams } from '../join-params.js';
import type { Terminal } from '../terminal.js';
import { type Finding, skipped, type Step, STEPS } from './finding.js';
import { asJson, linesFor } from './report.js';
import { Secrets, textsIn } from './secrets.js';
import type { Visit } from './visit.js';
import { walk } from './walk.js';

export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'Find out why a socket cannot be reached or a topic cannot be joined.',
  args: [
    { form: '<URL>', about: 'of the socket, such as wss://example.com/socket' },
    { form: '[TOPIC]', about: 'to join, too' },
  ],
  options: [
    JOIN_PARAMS,
    { flags: '--timeout <duration>', about: 'for each step: 5s, 800ms', standard: '5s' },
    { flags: '--json', about: 'print one JSON object a line' },
    ...DIAL_OPTIONS,
  ],
  examples: [
    ['doctor ws://localhost:4000/socket', 'Look at everything up to a heartbeat'],
    [`doctor wss://example.com/socket room:1 --params '{"since": 41}'`, 'Join a topic, too'],
    [
      'doctor wss://example.com/socket --auth-token-file token.txt --json',
      'Connect with a token, and print for a program',
    ],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const visit = await visitOf(given, terminal.signal);
  const report = given.has('json') ? asJson : linesFor(terminal.paint);
  const tell = (finding: Finding) => {
    for (const line of report(finding)) terminal.out(line);
  };
  const left = new Set<Step>(STEPS);
  let exit: ExitName = 'ok';
  let reason = '';
  for await (const finding of walk(visit)) {
    const { step, outcome } = finding;
    left.delete(step);
    tell(finding);
    terminal.signal.throwIfAborted();
    if (outcome.result !== 'failed') continue;
    if (exit === 'ok') exit = outcome.problem.exit;
    reason ||= `${step} failed`;
  }
  for (const step of left) tell({ step, outcome: skipped(reason) });
  return exit;
}

async function visitOf(given: Given, signal: AbortSignal): Promise<Visit> {
  const dial = dialOptions(given);
  const topic = given.args[1] ?? null;
  const params = joinParams(given);
  const timeout = durationOf('--timeout', given.text('timeout'));
  const { authToken = null } = await dial.credentials();
  return {
    ...dial,
    authToken,
    serializer: serializerOf(dial.serializer),
    topic,
    joinParams: params,
    limits: { timeout, signal },
    secrets: new Secrets([
      ...secretsOf(dial),
      ...textsIn(params),
      ...(authToken === null ? [] : [authToken]),
    ]),
  };
}
