/** `listen`: what it prints of what a server says, and which of it. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine, run } from '../support/command-line.js';

vi.setConfig({ testTimeout: SLOW_START });

/** A listen, and the server that it listens to; it ends with the test. */
async function listening(
  topics: readonly string[],
  ...options: readonly string[]
): Promise<{ readonly program: ChildProgram; readonly phoenix: PhoenixDouble }> {
  const phoenix = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => phoenix.stop());
  const program = commandLine(['listen', phoenix.url, ...topics, ...options]);
  onTestFinished(() => program[Symbol.asyncDispose]());
  for (const topic of topics) expect(await program.nextComplaint()).toBe(`joined ${topic}`);
  return { program, phoenix };
}

/** All lines on stdout, as values. */
async function valuesOf(program: ChildProgram): Promise<readonly unknown[]> {
  const { code, said } = await program.ended;
  expect(code).toBe(0);
  return said.map((line) => JSON.parse(line) as unknown);
}

describe('listen prints', () => {
  test('a JSON object a line, of several topics, in the order in which they came', async () => {
    const { program, phoenix } = await listening(['ping:a', 'ping:b'], '--count', '3');
    phoenix.push('ping:a', 'one', { n: 1 });
    phoenix.push('ping:b', 'two', { list: ['x', '\n', null] });
    phoenix.push('ping:a', 'three', new Uint8Array([0, 255]));
    expect(await valuesOf(program)).toEqual([
      { topic: 'ping:a', event: 'one', payload: { n: 1 } },
      { topic: 'ping:b', event: 'two', payload: { list: ['x', '\n', null] } },
      { topic: 'ping:a', event: 'three', payload: { base64: 'AP8=' } },
    ]);
  });

  test('who is there as it comes: the state, then each change', async () => {
    const params = ['--params', '{"username": "robin"}'];
    const { program } = await listening(['room:den'], ...params, '--count', '2');
    const meta = { metas: [expect.objectContaining({ username: 'robin', typing: false })] };
    expect(await valuesOf(program)).toEqual([
      { topic: 'room:den', event: 'presence_state', payload: {} },
      {
        topic: 'room:den',
        event: 'presence_diff',
        payload: { joins: { robin: meta }, leaves: {} },
      },
    ]);
  });

  test.each([
    ['user:*', ['user:typing', 'user:']],
    ['*:typing', ['user:typing', 'a user:typing']],
    ['u*:*ing', ['user:typing']],
    ['user.typing', []],
    ['*', ['user:typing', 'user:', 'shout', 'a user:typing']],
  ])('with --event %s only the events that it stands for', async (pattern, expected) => {
    const count = ['--count', String(expected.length + 1)];
    const { program, phoenix } = await listening(['ping:a'], '--event', pattern, ...count);
    for (const event of ['user:typing', 'user:', 'shout', 'a user:typing'])
      phoenix.push('ping:a', event, {});
    // What ends it stands for itself in the pattern.
    phoenix.push('ping:a', pattern, {});
    const events = (await valuesOf(program)).map((value) => (value as { event: string }).event);
    expect(events).toEqual([...expected, pattern]);
  });

  test('with --raw the frames of version 2: arrays of five, replies among them', async () => {
    const { program, phoenix } = await listening(['ping:a'], '--raw', '--count', '2');
    phoenix.push('ping:a', 'bytes', new Uint8Array([1]));
    expect(await valuesOf(program)).toEqual([
      ['1', '1', 'ping:a', 'phx_reply', { status: 'ok', response: {} }],
      ['1', null, 'ping:a', 'bytes', { base64: 'AQ==' }],
    ]);
  });

  test('with --raw the frames of version 1: objects', async () => {
    const options = ['--raw', '--vsn', '1', '--count', '2'];
    const { program, phoenix } = await listening(['ping:a'], ...options);
    phoenix.push('ping:a', 'one', { n: 1 });
    expect(await valuesOf(program)).toEqual([
      {
        topic: 'ping:a',
        event: 'phx_reply',
        ref: '1',
        payload: { status: 'ok', response: {} },
      },
      { topic: 'ping:a', event: 'one', ref: null, payload: { n: 1 } },
    ]);
  });

  test('with --raw and --event only the frames of that event', async () => {
    const options = ['--raw', '--event', 'one', '--count', '1'];
    const { program, phoenix } = await listening(['ping:a'], ...options);
    phoenix.push('ping:a', 'one', { n: 1 });
    expect(await valuesOf(program)).toEqual([['1', null, 'ping:a', 'one', { n: 1 }]]);
  });

  test('with --pretty over several lines, without colours in a pipe', async () => {
    const { program, phoenix } = await listening(['ping:a'], '--pretty', '--count', '1');
    const payload = { n: [1, { deep: { deeper: true } }] };
    phoenix.push('ping:a', 'one', payload);
    const { said } = await program.ended;
    expect(said.join('\n')).toBe(
      JSON.stringify({ topic: 'ping:a', event: 'one', payload }, null, 2),
    );
  });
});

test.each([
  [['--count', '0'], 64, '--count is 0: write a number from 1 on'],
  [['--count', 'x'], 64, '--count is x: write a number from 1 on'],
  [
    ['--params', '{'],
    65,
    `--params is not JSON from character 2 on: quote it for the shell, '{"name": "value"}'`,
  ],
])('listen refuses %j before it dials', async (options, code, message) => {
  // Nothing listens there.
  expect(await run(['listen', 'ws://127.0.0.1:1/socket', 'ping:a', ...options])).toEqual({
    code,
    out: [],
    err: `error: ${message}\n`,
  });
});
