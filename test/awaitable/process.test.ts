/** A script in a process of its own: it ends by itself when it is done, and takes no more memory than it may. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';

const SCRIPT = new URL('programs/script.ts', import.meta.url);
const UNREAD = new URL('programs/unread.ts', import.meta.url);
const ENTRY = new URL('../../src/index.ts', import.meta.url);

describe('a script ends by itself', () => {
  test.each([
    ['when its socket was disposed of', 'disposed', '{"n":1}'],
    ['when it has disconnected, whatever still waited', 'disconnected', 'PHX_CLOSED'],
    ['when it has drained, whatever still waited', 'drained', 'PHX_CLOSED'],
  ])(
    '%s',
    async (_, how, said) => {
      await using phoenix = await PhoenixDouble.start(seedChannels());
      await using program = new ChildProgram(SCRIPT, [phoenix.url, how]);
      expect(await program.ended).toEqual({ code: 0, said: [said], complaints: '' });
    },
    SLOW_START,
  );

  test(
    'when it could not connect',
    async () => {
      await using phoenix = await PhoenixDouble.start(seedChannels());
      phoenix.faults.refuse(403);
      await using program = new ChildProgram(SCRIPT, [phoenix.url, 'refused']);
      const said = ['PHX_UPGRADE_REFUSED'];
      expect(await program.ended).toEqual({ code: 0, said, complaints: '' });
    },
    SLOW_START,
  );
});

test(
  'messages that nobody reads, or that are read out of order, stay within the limit of the inbox',
  async () => {
    await using program = new ChildProgram(UNREAD, [], ['--expose-gc']);
    const { code, said, complaints } = await program.ended;
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    const [heap = '', ...rest] = said;
    // A hundred thousand messages have come meanwhile, each of more than a hundred bytes.
    expect(Number(heap.split(' ')[1])).toBeLessThan(1_000_000);
    expect(rest).toEqual(['waiting 98', 'dropped 199502']);
  },
  SLOW_START,
);

/** What is typed at Node's prompt, line by line, and what is printed. */
async function typed(lines: readonly string[]): Promise<string> {
  const repl = spawn(process.execPath, ['--interactive'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const printed: Buffer[] = [];
  repl.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  for (const [typedBefore, line] of lines.entries()) {
    while (promptsIn(printed) <= typedBefore) await once(repl.stdout, 'data');
    repl.stdin.write(`${line}\n`);
  }
  while (promptsIn(printed) <= lines.length) await once(repl.stdout, 'data');
  repl.stdin.end('.exit\n');
  await once(repl, 'close');
  return Buffer.concat(printed).toString();
}

function promptsIn(printed: readonly Buffer[]): number {
  return Buffer.concat(printed).toString().split('> ').length - 1;
}

test(
  'the tutorial can be typed at the prompt of Node',
  async () => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    const entry = fileURLToPath(compiled(ENTRY));
    const printed = await typed([
      `const { connect } = await import(${JSON.stringify(entry)})`,
      `const socket = await connect(${JSON.stringify(phoenix.url)})`,
      "const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' })",
      'lobby',
      "await lobby.push('ping').ok()",
      "lobby.push('push to me')",
      "(await lobby.receive('foo', { bar: 'baz' })).payload",
      'await lobby.leave()',
      'await socket.disconnect()',
      'socket',
    ]);
    for (const line of [
      "topic: 'rooms:lobby',",
      "state: 'joined'",
      "{ pong: 'pong' }",
      "push: { topic: 'rooms:lobby', event: 'push to me', ref: '3' }",
      "{ bar: 'baz' }",
      "socket: { state: 'stopped'",
    ]) {
      expect(printed).toContain(line);
    }
  },
  SLOW_START,
);
