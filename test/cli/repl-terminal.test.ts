/** `repl` in a real terminal, with a person at the keys. */

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { MAIN } from '../support/command-line.js';
import { TerminalProgram } from '../support/terminal-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const ENTER = '\r';
const TAB = '\t';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const UP = '\u001b[A';

type Env = { readonly [name: string]: string };

/** A prompt in a terminal, of a person with a home, where relative paths begin. */
class Prompt {
  readonly program: TerminalProgram;
  readonly phoenix: PhoenixDouble;
  readonly home: string;
  readonly #args: readonly string[];
  readonly #env: Env;

  static async open(args: readonly string[] = [], env: Env = {}): Promise<Prompt> {
    const phoenix = await PhoenixDouble.start(seedChannels());
    onTestFinished(() => phoenix.stop());
    const home = await mkdtemp(join(tmpdir(), 'repl-'));
    onTestFinished(() => rm(home, { recursive: true }));
    const prompt = new Prompt(phoenix, home, args, env);
    await prompt.program.shows('.exit ends');
    return prompt;
  }

  private constructor(phoenix: PhoenixDouble, home: string, args: readonly string[], env: Env) {
    this.phoenix = phoenix;
    this.home = home;
    this.#args = args;
    this.#env = env;
    this.program = this.again();
  }

  /** Another one, of the same person. */
  again(): TerminalProgram {
    const env = { HOME: this.home, NO_COLOR: '1', ...this.#env };
    const args = ['repl', this.phoenix.url, ...this.#args];
    const program = new TerminalProgram(MAIN, args, env, this.home);
    onTestFinished(() => program[Symbol.asyncDispose]());
    return program;
  }

  /** Resolves when the answer is there. */
  async ask(line: string, answer: string): Promise<void> {
    const seen = this.program.screen.split(answer).length;
    this.program.type(line + ENTER);
    await expect
      .poll(() => this.program.screen.split(answer).length, { timeout: 20_000 })
      .toBeGreaterThan(seen);
  }
}

test("Slipstream's tutorial can be typed", async () => {
  const { program, phoenix } = await Prompt.open();
  const steps = [
    ["const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' })", 'undefined'],
    ["'ref ' + typeof lobby.push('quicksand', { a: 'b' }).ref", 'ref string'],
    ["await lobby.push('ping').reply()", "{ status: 'ok', response: { pong: 'pong' } }"],
    ["'pushed ' + lobby.push('push to me').event", 'pushed push to me'],
    ["(await lobby.receive('foo', { bar: 'baz' })).payload", "{ bar: 'baz' }\r\n"],
    ["'again ' + lobby.push('push to me').event", 'again push to me'],
    ['(await socket.receive()).event.length', '\n3'],
    ['await lobby.leave(), lobby.status.state', "'closed'"],
    ['await socket.disconnect(), socket.status.state', "'stopped'"],
  ] as const;
  for (const [line, answer] of steps) {
    program.type(line + ENTER);
    await program.shows(answer);
  }
  await phoenix.seen({ kind: 'joined', topic: 'rooms:lobby', params: { fizz: 'buzz' } });
  program.type(`.exit${ENTER}`);
  expect(await program.ended).toBe(0);
});

test('an error is shown, and the prompt lives on', async () => {
  const prompt = await Prompt.open();
  await prompt.ask("await socket.join('numbers:odd')", 'the server refused');
  await prompt.ask("void (await socket.join('ping:a')).push('fail').ok()", 'PHX_PUSH_REFUSED');
  await prompt.ask("'lives' + ' on'", 'lives on');
  prompt.program.type(CTRL_D);
  expect(await prompt.program.ended).toBe(0);
});

test('Ctrl-C ends a wait that is too long, not the prompt', async () => {
  const prompt = await Prompt.open();
  await prompt.ask('console.log("wai" + "ting"); await new Promise(() => undefined)', 'waiting');
  prompt.program.type(CTRL_C);
  await prompt.ask("'lives' + ' on'", 'lives on');
  prompt.program.type(CTRL_C);
  await prompt.program.shows('To exit, press Ctrl+C again');
  prompt.program.type(CTRL_C);
  expect(await prompt.program.ended).toBe(0);
  await expect.poll(() => prompt.phoenix.sockets).toBe(0);
});

test('what a socket can do is completed', async () => {
  const { program } = await Prompt.open();
  for (const [typed, shown] of [
    ['socket.jo', '[AsyncFunction: join]'],
    ['socket.rec', '[Function: receive]'],
    ['socket.flu', '[Function: flush]'],
    ['socket.disc', '[Function: disconnect]'],
  ] as const) {
    program.type(typed + TAB);
    await program.shows(shown);
    program.type(ENTER);
  }
});

describe('what was typed is kept for the next time, for nobody else to read,', () => {
  test.each<[string, readonly string[], { readonly [name: string]: string }]>([
    ['.gen_socket_client_history', [], {}],
    ['by-flag', ['--history', 'by-flag'], { GEN_SOCKET_CLIENT_HISTORY: 'by-variable' }],
    ['by-variable', [], { GEN_SOCKET_CLIENT_HISTORY: 'by-variable' }],
  ])('in %s', async (file, args, env) => {
    const prompt = await Prompt.open(args, env);
    await prompt.ask("'kept' + ' line'", 'kept line');
    prompt.program.type(CTRL_D);
    expect(await prompt.program.ended).toBe(0);
    const path = join(prompt.home, file);
    expect((await readFile(path, 'utf8')).trim()).toBe("'kept' + ' line'");
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const program = prompt.again();
    await program.shows('.exit ends');
    program.type(UP);
    await program.shows("'kept' + ' line'");
  });
});

test('without a place for its history the prompt is as good', async () => {
  const prompt = await Prompt.open(['--history', 'no/such/folder/history']);
  await prompt.ask("'lives' + ' on'", 'lives on');
});
