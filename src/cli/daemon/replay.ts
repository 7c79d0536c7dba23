/** `replay`: sends dead letters to a webhook again. */

import type { ReplayTerms, Replayed } from '../../daemon/deliveries/replay.js';
import type { WebhookSender } from '../../daemon/deliveries/webhook-sender.js';
import { wordsOf } from '../../errors.js';
import type { CliCommand } from '../cli-command.js';
import { durationOf } from '../duration-text.js';
import { CommandError, type ExitName } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';

export const replay: CliCommand = {
  name: 'replay',
  summary: 'Send the dead letters of a file to a webhook again, and keep those that fail.',
  args: [{ form: '<FILE>', about: 'of dead letters: what deadLetter names in the configuration' }],
  options: [
    { flags: '--to <url>', about: 'the webhook: http://… or unix:/socket:/path' },
    { flags: '--topic <pattern>', about: 'only these topics, * standing for any characters' },
    { flags: '--secret-file <path>', about: 'the secrets of the signature, one a line' },
    { flags: '--token-file <path>', about: 'a bearer token that goes with every request' },
    { flags: '--timeout <duration>', about: 'for each answer', standard: '15s' },
    { flags: '--dry-run', about: 'print what would be sent, and send nothing' },
  ],
  examples: [
    ['replay dead.ndjson --to http://127.0.0.1:8000/phx/events', 'Send all, in their order'],
    ['replay dead.ndjson --dry-run --topic "orders:*"', 'See what there is'],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const [path = ''] = given.args;
  const topic = given.text('topic') ?? null;
  try {
    if (given.has('dryRun')) return await show(path, topic, terminal);
    return await send(given, { path, topic }, terminal);
  } catch (error) {
    throw refusalOf(error);
  }
}

async function show(path: string, topic: string | null, terminal: Terminal): Promise<ExitName> {
  const { lettersOf } = await import('../../daemon/deliveries/replay.js');
  for (const letter of await lettersOf(path, topic)) await terminal.print(JSON.stringify(letter));
  return 'ok';
}

async function send(
  given: Given,
  { path, topic }: Pick<ReplayTerms, 'path' | 'topic'>,
  terminal: Terminal,
): Promise<ExitName> {
  const { replay: replayed } = await import('../../daemon/deliveries/replay.js');
  const { signal } = terminal;
  const sender = await senderOf(given);
  const stop = (): void => void sender.stop();
  signal.addEventListener('abort', stop);
  try {
    const result = await replayed({
      path,
      topic,
      signal,
      send: (letter) => sender.send(letter, 1),
      told: ({ event }, outcome) => {
        if ('what' in outcome) terminal.err(`${event.id} ${event.subject ?? ''}: ${outcome.what}`);
      },
    });
    terminal.out(wordsFor(result));
    signal.throwIfAborted();
    return exitOf(result);
  } finally {
    signal.removeEventListener('abort', stop);
    await sender.stop();
  }
}

async function senderOf(given: Given): Promise<WebhookSender> {
  const webhook = given.text('to');
  if (webhook === undefined) {
    throw new CommandError('usage', 'where to? write --to URL, or --dry-run to see what there is');
  }
  const [{ targetOf }, { WebhookSender: Sender }, { systemClock }] = await Promise.all([
    import('../../daemon/deliveries/target.js'),
    import('../../daemon/deliveries/webhook-sender.js'),
    import('../../clock.js'),
  ]);
  const rule = {
    target: targetOf('--to', webhook),
    secretFile: given.text('secretFile') ?? null,
    tokenFile: given.text('tokenFile') ?? null,
    headers: {},
    inFlight: 1,
    timeout: durationOf('--timeout', given.text('timeout')),
    dropOn: [],
  };
  return new Sender(rule, systemClock);
}

function wordsFor({ sent, dropped, failed, left, unreadable }: Replayed): string {
  return `${sent} sent, ${dropped} dropped by the application, ${failed} failed, ${left} left, ${unreadable} unreadable`;
}

function exitOf({ failed, unreadable }: Replayed): ExitName {
  if (failed > 0) return 'temporary';
  return unreadable > 0 ? 'data' : 'ok';
}

function refusalOf(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) {
    return new CommandError(
      'noInput',
      `the file of dead letters cannot be read: ${wordsOf(error)}`,
    );
  }
  return error;
}
