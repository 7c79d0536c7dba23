/** `replay`: sends dead letters to a webhook again. */

import type { ReplayTerms, Replayed } from '../../daemon/deliveries/replay.js';
import type { Mode } from '../../daemon/deliveries/letter.js';
import type { SenderRule, WebhookSender } from '../../daemon/deliveries/webhook-sender.js';
import { wordsOf } from '../../errors.js';
import type { CliCommand } from '../cli-command.js';
import { durationOf } from '../duration-text.js';
import { CommandError, type ExitName } from '../exit-codes.js';
import type { Given } from '../given.js';
import type { Terminal } from '../terminal.js';
import { givenConfig } from './given-config.js';

export const replay: CliCommand = {
  name: 'replay',
  summary: 'Send the dead letters of a file to a webhook again, and keep those that fail.',
  args: [{ form: '<FILE>', about: 'of dead letters: what deadLetter names in the configuration' }],
  options: [
    {
      flags: '--delivery <name>',
      about: 'the webhook of that name in the configuration, with its mode, secrets and headers',
    },
    { flags: '--config <file>', about: 'that configuration; default: as for run' },
    { flags: '--to <url>', about: 'or a webhook by its address: http://… or unix:/socket:/path' },
    { flags: '--topic <pattern>', about: 'only these topics, * standing for any characters' },
    { flags: '--secret-file <path>', about: 'with --to: the secrets of the signature, one a line' },
    {
      flags: '--token-file <path>',
      about: 'with --to: a bearer token that goes with every request',
    },
    { flags: '--timeout <duration>', about: 'with --to: for each answer', standard: '15s' },
    { flags: '--dry-run', about: 'print what would be sent, and send nothing' },
  ],
  examples: [
    ['replay dead.ndjson --config config.yaml --delivery app', 'Send all, in their order'],
    ['replay dead.ndjson --to http://127.0.0.1:8000/phx/events', 'The same, to an address'],
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
  const { sender, mode } = await receiverOf(given);
  const stop = (): void => void sender.stop();
  signal.addEventListener('abort', stop);
  try {
    const result = await replayed({
      path,
      topic,
      signal,
      mode,
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

type Receiver = { readonly sender: WebhookSender; readonly mode: Mode };

async function receiverOf(given: Given): Promise<Receiver> {
  const rule = await ruleOf(given);
  const [{ WebhookSender: Sender }, { systemClock }] = await Promise.all([
    import('../../daemon/deliveries/webhook-sender.js'),
    import('../../clock.js'),
  ]);
  // One at a time: they are in order.
  return { sender: new Sender({ ...rule, inFlight: 1 }, systemClock), mode: rule.mode };
}

type Rule = Omit<SenderRule, 'inFlight'> & { readonly mode: Mode };

function ruleOf(given: Given): Promise<Rule> {
  const [webhook, delivery] = [given.text('to'), given.text('delivery')];
  if (webhook !== undefined && delivery !== undefined) {
    throw new CommandError('usage', '--to and --delivery exclude each other: write one of them');
  }
  if (delivery !== undefined) return configuredRule(given, delivery);
  if (webhook !== undefined) return writtenRule(given, webhook);
  const remedy = 'write --delivery NAME or --to URL, or --dry-run to see what there is';
  throw new CommandError('usage', `where to? ${remedy}`);
}

async function configuredRule(given: Given, name: string): Promise<Rule> {
  const { config } = await givenConfig(given, { needsUrl: false, file: given.text('config') });
  const delivery = Object.entries(config.deliver ?? {}).find(([other]) => other === name)?.[1];
  if (delivery === undefined || !('webhook' in delivery)) {
    const names = Object.entries(config.deliver ?? {}).flatMap(([other, found]) =>
      'webhook' in found ? [other] : [],
    );
    const remedy = names.length === 0 ? 'it has none' : `choose from ${names.join(', ')}`;
    throw new CommandError('usage', `the configuration has no webhook named ${name}: ${remedy}`);
  }
  const { webhookRule } = await import('../../daemon/config/webhook-rule.js');
  return webhookRule(name, delivery);
}

async function writtenRule(given: Given, webhook: string): Promise<Rule> {
  const { targetOf } = await import('../../daemon/config/target.js');
  return {
    target: targetOf('--to', webhook),
    mode: 'structured',
    secretFile: given.text('secretFile') ?? null,
    tokenFile: given.text('tokenFile') ?? null,
    headers: {},
    timeout: durationOf('--timeout', given.text('timeout')),
    dropOn: [],
  };
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
