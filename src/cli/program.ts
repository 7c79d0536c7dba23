/** Parses the command line with commander and runs the command that it names. */

import type { CliCommand, CliOption } from './cli-command.js';
import { type Command, type OptionValues, requireCommander } from './commander.js';
import { COMMANDS } from './commands.js';
import { complaintOf, CommandError, EXITS, type ExitName, exitOf } from './exit-codes.js';
import { Given, type OptionValue } from './given.js';
import type { Terminal } from './terminal.js';
import { packageVersion } from './version.js';

const NAME = 'gen-socket-client';
const ABOUT = 'Phoenix Channels from a terminal.';

const UNKNOWN_OPTION = /^(error: unknown option ')(--[^='\s]*|-.)[^]*?'(\n\(Did you mean .*\))?\n$/;
const UNKNOWN_COMMAND =
  /^(error: unknown command ')(?![\w-]{1,20}'\n(?:\(Did|$))[^]*'(\n\(Did you mean .*\))?\n$/;

/** Never rejects. What went wrong is said on stderr, unless it is that somebody ended it. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitName> {
  try {
    return await parse(args, terminal);
  } catch (error) {
    const isEnded = terminal.signal.aborted && error === terminal.signal.reason;
    if (!isEnded) terminal.err(complaintOf(error));
    return exitOf(error);
  }
}

async function parse(args: readonly string[], terminal: Terminal): Promise<ExitName> {
  const { Command, CommanderError } = requireCommander();
  const program = described(new Command(NAME));
  let exit: ExitName = 'ok';
  for (const command of COMMANDS) {
    const part = partOf(program, command);
    part.action(async () => {
      exit = await command.run(givenTo(part, command), terminal);
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // What is wrong has been said; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
    throw error;
  }
  return exit;
}

/** Parts inherit how it is configured, so this comes before they are made. */
function described(program: Command): Command {
  return program
    .description(ABOUT)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .exitOverride()
    .showHelpAfterError(`(see ${NAME} --help)`)
    .addHelpText('after', () => exitsText());
}

function partOf(program: Command, command: CliCommand): Command {
  const part = program.command(command.name).description(command.summary);
  for (const { form, about } of command.args) part.argument(form, about);
  for (const option of command.options) part.addOption(optionOf(option));
  part.showHelpAfterError(`(see ${NAME} ${command.name} --help)`);
  return part.addHelpText('after', examplesText(command));
}

function optionOf(given: CliOption): InstanceType<ReturnType<typeof requireCommander>['Option']> {
  const { Option } = requireCommander();
  const option = new Option(given.flags, given.about);
  if (given.env !== undefined) option.env(given.env);
  if (given.standard !== undefined) option.default(given.standard, given.standard);
  if (given.repeats === true) option.argParser(appended);
  return option;
}

function appended(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function givenTo(part: Command, command: CliCommand): Given {
  const values: OptionValues = part.opts();
  const isOfEnvironment = (name: string) => part.getOptionValueSource(name) === 'env';
  const entries = Object.entries<OptionValue>(values).map(
    ([name, value]) => [name, isOfEnvironment(name) ? linesOf(value) : value] as const,
  );
  if (part.args.some((arg) => arg === '')) {
    throw new CommandError('usage', `an argument of ${command.name} is empty: leave it out`);
  }
  return new Given(part.args, Object.fromEntries(entries));
}

/** An option that repeats is a value a line in the environment; a variable that is empty counts as none. */
function linesOf(value: OptionValue): OptionValue {
  if (!Array.isArray(value)) return value === '' ? undefined : value;
  const lines = (value as readonly string[]).flatMap((text) => text.split(/\r?\n/));
  return lines.filter((line) => line.trim() !== '');
}

/** What is written behind an option or in place of a command may be a secret. */
function withoutValues(text: string): string {
  return text.replace(UNKNOWN_OPTION, "$1$2'$3\n").replace(UNKNOWN_COMMAND, "$1***'$2\n");
}

function examplesText({ examples }: CliCommand): string {
  const lines = examples.map(([line, what]) => `  # ${what}\n  ${NAME} ${line}`);
  return `\nExamples:\n${lines.join('\n\n')}`;
}

function exitsText(): string {
  const lines = Object.values(EXITS).map(({ code, says }) => `  ${String(code).padEnd(5)}${says}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}
