/** `listen`: what is typed on its stdin is pushed, and what becomes of that is told. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine } from '../support/command-line.js';
import { shell } from '../support/shell.js';

vi.setConfig({ testTimeout: SLOW_START });

const FORM = '{"topic": "…", "event": "…", "payload": {}}';

async function listening(
  topics: readonly string[],
  ...options: readonly string[]
): Promise<{ readonly program: ChildProgram; readonly phoenix: PhoenixDouble }> {
  const phoenix = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => phoenix.stop());
  const program = commandLine(['listen', phoenix.url, ...topics, ...options], {}, 'typed');
  onTestFinished(() => program[Symbol.asyncDispose]());
  for (const topic of topics) expect(await program.nextComplaint()).toBe(`joined ${topic}`);
  return { program, phoenix };
}

async function nextValue(program: ChildProgram): Promise<unknown> {
  return JSON.parse(await program.next()) as unknown;
}

describe('a line of JSON on stdin is a push', () => {
  test('whose reply is printed, whatever its status', async () => {
    const { program } = await listening(['ping:a']);
    program.type('{"event": "ping", "payload": {"ack_phrase": "wit"}}');
    expect(await nextValue(program)).toEqual({
      topic: 'ping:a',
      event: 'ping',
      ref: expect.any(String) as string,
      status: 'ok',
      response: { ping: 'wit' },
    });
    program.type('{"topic": "ping:a", "event": "fail", "payload": {"why": 1}}');
    expect(await nextValue(program)).toMatchObject({ status: 'error', response: { why: 1 } });
  });

  test('of the topic that it names, with no payload if it names none', async () => {
    const { program, phoenix } = await listening(['ping:a', 'ping:b']);
    program.type('{"topic": "ping:b", "event": "echo"}');
    expect(await nextValue(program)).toMatchObject({ topic: 'ping:b', response: {} });
    await phoenix.seen({ kind: 'received', topic: 'ping:b', event: 'echo', payload: {} });
  });

  test('that need not have a reply: what it causes is printed, and nothing is said of it', async () => {
    const { program } = await listening(['rooms:lobby'], '--count', '1');
    program.type('{"event": "quicksand"}');
    program.type('{"event": "push to me"}');
    expect(await program.ended).toEqual({
      code: 0,
      said: ['{"topic":"rooms:lobby","event":"foo","payload":{"bar":"baz"}}'],
      complaints: 'joined rooms:lobby\n',
    });
  });

  test('whose reply counts, and is chosen by --event as a message is', async () => {
    const { program } = await listening(['ping:a'], '--event', 'e*', '--count', '2');
    for (const event of ['ping', 'echo', 'ping', 'echo']) program.type(JSON.stringify({ event }));
    const { code, said } = await program.ended;
    expect(code).toBe(0);
    expect(said.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'echo',
      'echo',
    ]);
  });

  test('whose reply is a frame among others with --raw', async () => {
    const { program } = await listening(['ping:a'], '--raw', '--count', '2');
    program.type('{"event": "ping"}');
    const { said } = await program.ended;
    expect(JSON.parse(said[1] ?? '')).toEqual([
      '1',
      expect.any(String),
      'ping:a',
      'phx_reply',
      { status: 'ok', response: { ping: 'pong' } },
    ]);
  });
});

test('a line that is no push is said, and the next one is read', async () => {
  const { program } = await listening(['ping:a', 'ping:b']);
  const lines = [
    ['{"topic": secret}', `line 1 of stdin is not JSON`],
    ['', null],
    ['{"topic": "ping:a"}', 'line 3 of stdin is no push'],
    ['{"event": "ping"}', 'line 4 of stdin is no push'],
    ['{"topic": "ping:a", "event": 5}', 'line 5 of stdin is no push'],
    ['null', 'line 6 of stdin is no push'],
    ['[]', 'line 7 of stdin is no push'],
    ['"x"', 'line 8 of stdin is no push'],
    [
      '{"topic": "ping:c", "event": "ping"}',
      'line 9 of stdin: ping:c is not among the topics that are joined',
    ],
  ] as const;
  for (const [line, problem] of lines) {
    program.type(line);
    if (problem === null) continue;
    const complaint = await program.nextComplaint();
    expect(complaint).toContain(`error: ${problem}`);
    expect(complaint).not.toContain('secret');
    if (complaint.includes('no push') || complaint.includes('JSON'))
      expect(complaint).toContain(FORM);
  }
  program.type('{"topic": "ping:a", "event": "ping"}');
  expect(await nextValue(program)).toMatchObject({ status: 'ok' });
});

test('a push whose connection is lost before its reply is said', async () => {
  const { program, phoenix } = await listening(['ping:a']);
  program.type('{"event": "slow", "payload": {"ms": 60000, "token": "hidden"}}');
  await phoenix.seen({ kind: 'received', event: 'slow' });
  phoenix.cut();
  const complaints = [await program.nextComplaint(), await program.nextComplaint()];
  const complaint = complaints.find((line) => line.startsWith('error: ')) ?? '';
  expect(complaint).toMatch(/slow/);
  expect(complaint).not.toContain('hidden');
});

test('the end of stdin does not end it', async () => {
  const { program, phoenix } = await listening(['ping:a']);
  program.type('{"event": "ping"}');
  program.endInput();
  expect(await nextValue(program)).toMatchObject({ status: 'ok' });
  phoenix.push('ping:a', 'later', {});
  expect(await nextValue(program)).toMatchObject({ event: 'later' });
});

test('what is typed while the server is away waits, more than an outbox holds', async () => {
  const { program, phoenix } = await listening(['ping:a'], '--count', '1500');
  await phoenix.stop();
  expect(await program.nextComplaint()).toContain('connection lost');
  for (let n = 1; n <= 1500; n += 1)
    program.type(JSON.stringify({ event: 'echo', payload: { n } }));
  await phoenix.restart();
  const { code, said, complaints } = await program.ended;
  expect(complaints).not.toMatch(/error|warning/i);
  expect(code).toBe(0);
  const numbers = said.map((line) => (JSON.parse(line) as { response: { n: number } }).response.n);
  expect(numbers).toEqual(Array.from({ length: 1500 }, (_, at) => at + 1));
});

test('it composes in a pipe, at both of its ends', async () => {
  await using phoenix = await PhoenixDouble.start(seedChannels());
  const listen = `gen-socket-client listen ${phoenix.url} ping:a --count 100`;
  const { code, out } = await shell(
    `for n in {1..100}; do echo '{"event": "ping"}'; done | ${listen} | grep -c '"status":"ok"'`,
  );
  expect({ code, out }).toEqual({ code: 0, out: ['100'] });
});
