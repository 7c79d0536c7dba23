/** `repl` on a pipe: what would be typed comes from a script. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { commandLine, run, type Run } from '../support/command-line.js';

vi.setConfig({ testTimeout: SLOW_START });

const GREETING = 'connected; socket is yours, .tutorial shows what to type, .exit ends\n';

async function serving(): Promise<PhoenixDouble> {
  const phoenix = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => phoenix.stop());
  return phoenix;
}

/** What comes of these lines, which are there from the start. */
async function typed(url: string, lines: readonly string[]): Promise<Run> {
  await using program = commandLine(['repl', url], {}, 'typed');
  for (const line of lines) program.type(line);
  program.endInput();
  const { code, said, complaints } = await program.ended;
  return { code, out: said, err: complaints };
}

describe('a script on a pipe', () => {
  test("runs Slipstream's tutorial, each line after the answer to the one before", async () => {
    const phoenix = await serving();
    const { code, out, err } = await typed(phoenix.url, [
      "const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' })",
      "typeof lobby.push('quicksand', { a: 'b' }).ref",
      "await lobby.push('ping').reply()",
      "await lobby.push('ping').ok()",
      "void lobby.push('push to me')",
      "await lobby.receive('foo', { bar: 'baz' })",
      "void lobby.push('push to me')",
      'await socket.receive()',
      "void lobby.push('push to me')",
      "await lobby.push('ping').ok()",
      'socket.flush().length',
      'await lobby.leave()',
      'lobby.status.state',
      'await socket.disconnect()',
      'socket.status.state',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: GREETING });
    expect(out).toEqual([
      'undefined',
      "'string'",
      "{ status: 'ok', response: { pong: 'pong' } }",
      "{ pong: 'pong' }",
      'undefined',
      "{ topic: 'rooms:lobby', event: 'foo', payload: { bar: 'baz' } }",
      'undefined',
      "{ topic: 'rooms:lobby', event: 'foo', payload: { bar: 'baz' } }",
      'undefined',
      "{ pong: 'pong' }",
      '1',
      'undefined',
      "'closed'",
      'undefined',
      "'stopped'",
    ]);
    await phoenix.seen({ kind: 'joined', topic: 'rooms:lobby', params: { fizz: 'buzz' } });
  });

  test('may hold what goes over several lines, and the values of the library', async () => {
    const phoenix = await serving();
    const { out } = await typed(phoenix.url, [
      'const answers = []',
      "const ping = await socket.join('ping:a')",
      'for (const n of [1, 2]) {',
      "  answers.push(await ping.push('echo', { n }).ok())",
      '}',
      'answers',
      "await ping.push('bin_echo', new Uint8Array([7])).ok() instanceof Uint8Array",
      'typeof connect + typeof hasCode',
    ]);
    expect(out.slice(-3)).toEqual(['[ { n: 1 }, { n: 2 } ]', 'true', "'functionfunction'"]);
  });

  test('goes on after an error, which is shown', async () => {
    const phoenix = await serving();
    const { code, out } = await typed(phoenix.url, [
      "await socket.join('numbers:odd')",
      'nobody',
      'const ) = 1',
      "void (await socket.join('ping:a')).push('fail').ok()",
      "'still ' + 'here'",
    ]);
    expect(code).toBe(1);
    const screen = out.join('\n');
    expect(screen).toMatch(/Uncaught.*JoinError: .*refused/s);
    expect(screen).toContain('nobody is not defined');
    expect(screen).toContain('SyntaxError');
    expect(out.at(-1) === "'still here'" || screen.includes("'still here'")).toBe(true);
  });

  test('is not hurried by an error that comes from elsewhere', async () => {
    const phoenix = await serving();
    const { code, out } = await typed(phoenix.url, [
      'const late = new Promise((resolve) => { globalThis.settle = resolve; })',
      'const stray = () => { setTimeout(settle, 20, "late"); throw new Error("stray"); }',
      'setTimeout(stray), "answer: " + (await late)',
      '"after it"',
    ]);
    const answers = out.filter((line) => /stray|answer|after/.test(line) && !line.startsWith('  '));
    expect(answers).toEqual(['Uncaught Error: stray', "'answer: late'", "'after it'"]);
    expect(code).toBe(1);
  });

  test.each([
    ['a line throws', 'throw new Error("so")'],
    ['what a line awaits fails', 'await Promise.reject(new Error("so"))'],
    ['a line cannot be read', 'const ) = 1'],
    ['what nobody awaits fails', 'void Promise.reject(new Error("so"))'],
  ])('ends with another code than 0 when %s', async (_, line) => {
    const phoenix = await serving();
    const { code, out } = await typed(phoenix.url, [line, '"goes " + "on"']);
    expect(out).toContain("'goes on'");
    expect(code).toBe(1);
  });

  test('ends at .exit, whatever follows', async () => {
    const phoenix = await serving();
    const { code, out } = await typed(phoenix.url, ['1 + 1', '.exit', '2 + 2']);
    expect({ code, out }).toEqual({ code: 0, out: ['2'] });
    await expect.poll(() => phoenix.sockets).toBe(0);
  });

  test('has .help and .tutorial', async () => {
    const phoenix = await serving();
    const { out } = await typed(phoenix.url, ['.help', '.tutorial', '1 + 1']);
    const screen = out.join('\n');
    expect(screen).toMatch(/\.tutorial +Show what to type/);
    expect(screen).toContain("const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' })");
    expect(out.at(-1)).toBe('2');
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it also while it waits for what never comes', async (signal, code) => {
  const phoenix = await serving();
  await using program = commandLine(['repl', phoenix.url], {}, 'typed');
  program.type("await (await socket.join('ping:a')).push('just_ok').reply()");
  await program.next();
  program.type('console.log("waits"); await new Promise(() => undefined)');
  await program.until('waits');
  program.signal(signal);
  expect((await program.ended).code).toBe(code);
});

test('without a server it says so and ends', async () => {
  const phoenix = await serving();
  await phoenix.stop();
  expect(await run(['repl', phoenix.url])).toEqual({
    code: 69,
    out: [],
    err: `error: connect: connect ECONNREFUSED 127.0.0.1:${phoenix.port}\n(gen-socket-client doctor URL finds out why)\n`,
  });
});
