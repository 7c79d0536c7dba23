/** `push`: one question, and an exit code for each kind of answer. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine, run } from '../support/command-line.js';
import { RawServer } from '../support/raw-server.js';

vi.setConfig({ testTimeout: SLOW_START });

async function serving(channels: ChannelTable = seedChannels()): Promise<PhoenixDouble> {
  const phoenix = await PhoenixDouble.start(channels);
  onTestFinished(() => phoenix.stop());
  return phoenix;
}

function pushTyped(...args: readonly string[]): ChildProgram {
  const program = commandLine(['push', ...args], {}, 'typed');
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}

describe('push prints the reply and ends with', () => {
  test.each([
    [['ping:a', 'ping', '{"ack_phrase": "wit"}'], 0, '{"status":"ok","response":{"ping":"wit"}}'],
    [['ping:a', 'ping'], 0, '{"status":"ok","response":{"ping":"pong"}}'],
    [['ping:a', 'ping', '--vsn', '1'], 0, '{"status":"ok","response":{"ping":"pong"}}'],
    [['ping:a', 'fail', '{"why": [1]}'], 1, '{"status":"error","response":{"why":[1]}}'],
    [['ping:a', 'custom_status', '{}'], 1, '{"status":"custom","response":{}}'],
  ])('%j: %i', async (args, code, line) => {
    const phoenix = await serving();
    expect(await run(['push', phoenix.url, ...args])).toEqual({ code, out: [line], err: '' });
    await expect.poll(() => phoenix.sockets).toBe(0);
  });

  test('bytes as base64', async () => {
    const phoenix = await serving({
      'bytes:*': { handle: { some: () => new Uint8Array([1, 2]) } },
    });
    expect((await run(['push', phoenix.url, 'bytes:a', 'some'])).out).toEqual([
      '{"status":"ok","response":{"base64":"AQI="}}',
    ]);
  });
});

describe('push without a reply ends with', () => {
  test('75 when none came in time', async () => {
    const phoenix = await serving();
    const late = await run(['push', phoenix.url, 'ping:a', 'noreply', '--timeout', '2s']);
    expect(late).toMatchObject({ code: 75, out: [] });
  });

  test('75 when the upgrade is not answered in time', async () => {
    await using server = await RawServer.start();
    const late = await run(['push', server.url.href, 'ping:a', 'ping', '--timeout', '300ms']);
    expect(late).toMatchObject({ code: 75, out: [] });
    expect(late.err).toContain('in time');
  });

  test('75 when the join is not answered in time', async () => {
    const phoenix = await serving();
    const params = ['--params', '{"slow": 60000}', '--timeout', '2s'];
    const late = await run(['push', phoenix.url, 'ping:a', 'ping', ...params]);
    expect(late).toMatchObject({ code: 75, out: [] });
  });

  test.each([
    ['the join is refused', ['numbers:odd', 'ping'], '"reason":"unknown"'],
    ['nobody serves the topic', ['no:body', 'ping'], '"reason":"unmatched topic"'],
  ])('77 when %s', async (_, args, answer) => {
    const phoenix = await serving();
    const { code, out, err } = await run(['push', phoenix.url, ...args]);
    expect({ code, out }).toEqual({ code: 77, out: [] });
    expect(err).toBe(`error: ${args[0] ?? ''} refused the join: {${answer}}\n`);
  });

  test.each([
    [401, 77],
    [403, 77],
    [404, 69],
    [429, 75],
    [502, 69],
  ])('what the doctor says of it when the upgrade is answered %i: %i', async (status, code) => {
    const phoenix = await serving();
    phoenix.faults.refuse(status);
    expect(await run(['push', phoenix.url, 'ping:a', 'ping'])).toMatchObject({ code, out: [] });
  });

  test.each(['kill_transport', 'crash'])('69 when it is lost on the way: %s', async (event) => {
    const phoenix = await serving();
    const lost = await run(['push', phoenix.url, 'ping:a', event]);
    expect(lost).toMatchObject({ code: 69, out: [] });
    expect(lost.err).toMatch(/^error: .+\n$/);
  });

  test('69 when nobody is there', async () => {
    const phoenix = await serving();
    await phoenix.stop();
    expect(await run(['push', phoenix.url, 'ping:a', 'ping'])).toMatchObject({ code: 69, out: [] });
  });

  test('130 on Ctrl-C', async () => {
    const phoenix = await serving();
    const program = pushTyped(phoenix.url, 'ping:a', 'noreply');
    await phoenix.seen({ kind: 'received', event: 'noreply' });
    program.signal('SIGINT');
    expect(await program.ended).toEqual({ code: 130, said: [], complaints: '' });
  });
});

test('push with --no-reply ends when the push is written', async () => {
  const phoenix = await serving();
  const args = ['rooms:lobby', 'quicksand', '{"a": "b"}', '--no-reply'];
  expect(await run(['push', phoenix.url, ...args])).toEqual({ code: 0, out: [], err: '' });
  await phoenix.seen({ kind: 'received', event: 'quicksand', payload: { a: 'b' } });
});

test('push with - takes the payload from stdin, over several lines', async () => {
  const phoenix = await serving();
  const program = pushTyped(phoenix.url, 'ping:a', 'echo', '-');
  for (const line of ['{', '  "a": "\u00fc"', '}']) program.type(line);
  program.endInput();
  expect(await program.ended).toEqual({
    code: 0,
    said: ['{"status":"ok","response":{"a":"\u00fc"}}'],
    complaints: '',
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends push also while it waits for stdin', async (signal, code) => {
  const program = pushTyped('ws://127.0.0.1:1/socket', 'ping:a', 'echo', '-', '--timeout', '1s');
  await program.typeMuch();
  program.signal(signal);
  expect(await program.ended).toEqual({ code, said: [], complaints: '' });
});

test('push says what is wrong with --params before it waits for stdin', async () => {
  const program = pushTyped('ws://127.0.0.1:1/socket', 'ping:a', 'echo', '-', '--params', '{');
  const { code, complaints } = await program.ended;
  expect(code).toBe(65);
  expect(complaints).toContain('--params is not JSON');
});

describe('push refuses, before it dials,', () => {
  test.each([
    ['{"secret": hidden}', 'the payload is not JSON'],
    ['hidden', 'the payload is not JSON'],
  ])('%s as a payload', async (payload, problem) => {
    // Nothing listens there.
    const url = 'ws://127.0.0.1:1/socket';
    const { code, out, err } = await run(['push', url, 'ping:a', 'echo', payload]);
    expect({ code, out }).toEqual({ code: 65, out: [] });
    expect(err).toContain(problem);
    expect(err).not.toContain('hidden');
  });

  test('an empty stdin', async () => {
    const { code, err } = await run(['push', 'ws://127.0.0.1:1/socket', 'ping:a', 'echo', '-']);
    expect(code).toBe(65);
    expect(err).toContain('the payload is not JSON');
  });

  test.each([
    [['ping:a'], "missing required argument 'EVENT'"],
    [['ping:a', ''], 'an argument of push is empty'],
    [['ping:a', 'ping', '--timeout', '0'], '--timeout is 0: write a length of time'],
    [['ping:a', 'ping', '--timeout', 'soon'], '--timeout is soon: write a length of time'],
  ])('%j', async (args, problem) => {
    const { code, out, err } = await run(['push', 'ws://127.0.0.1:1/socket', ...args]);
    expect({ code, out }).toEqual({ code: 64, out: [] });
    expect(err).toContain(problem);
  });
});
