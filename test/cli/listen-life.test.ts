/** `listen`: how it begins, what it lives through, and how it ends. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine, run } from '../support/command-line.js';
import { shell } from '../support/shell.js';

vi.setConfig({ testTimeout: SLOW_START });

async function serving(channels: ChannelTable = seedChannels()): Promise<PhoenixDouble> {
  const phoenix = await PhoenixDouble.start(channels);
  onTestFinished(() => phoenix.stop());
  return phoenix;
}

function listenTo(url: string, ...args: readonly string[]): ChildProgram {
  const program = commandLine(['listen', url, ...args]);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}

describe('a loss is said on stderr, and listening goes on', () => {
  test('when the connection is cut', async () => {
    const phoenix = await serving();
    const program = listenTo(phoenix.url, 'ping:a', 'ping:b');
    await program.nextComplaint();
    await program.nextComplaint();
    phoenix.cut();
    expect(await program.nextComplaint()).toMatch(
      /^connection lost \(peer 1006\): trying again in \d\.\d s$/,
    );
    expect(await program.nextComplaint()).toBe('connected');
    const joined = [await program.nextComplaint(), await program.nextComplaint()];
    expect(joined.toSorted()).toEqual(['joined ping:a again', 'joined ping:b again']);
    phoenix.push('ping:b', 'one', {});
    expect(await program.next()).toBe('{"topic":"ping:b","event":"one","payload":{}}');
  });

  test('when the channel crashes', async () => {
    const phoenix = await serving();
    const program = listenTo(phoenix.url, 'ping:a');
    await program.nextComplaint();
    phoenix.crash('ping:a');
    expect(await program.nextComplaint()).toMatch(/^ping:a crashed: trying again in \d\.\d s$/);
    expect(await program.nextComplaint()).toBe('joined ping:a again');
  });

  test('when the server no longer lets it join', async () => {
    let isOpen = true;
    const phoenix = await serving({
      'door:*': {
        join(_params, channel) {
          if (!isOpen) channel.refuse({ reason: 'shut' });
        },
      },
    });
    const program = listenTo(phoenix.url, 'door:front');
    await program.nextComplaint();
    isOpen = false;
    phoenix.crash('door:front');
    await program.nextComplaint();
    expect(await program.nextComplaint()).toMatch(
      /^door:front is not joined again \(PHX_JOIN_REFUSED\): trying again in \d\.\d s$/,
    );
    isOpen = true;
    while ((await program.nextComplaint()) !== 'joined door:front again');
  });
});

describe('listen ends with', () => {
  test.each([
    ['numbers:positive'],
    ['numbers:positive --raw'],
    ['numbers:positive --pretty'],
    ['numbers:positive numbers:negative --vsn 1'],
  ])('0 when head has enough: %s', async (args) => {
    const phoenix = await serving();
    const params = `--params '{"every": 5}'`;
    const run = await shell(
      `gen-socket-client listen ${phoenix.url} ${args} ${params} | head -n 3`,
    );
    expect(run).toMatchObject({ code: 0, out: { length: 3 } });
    expect(run.err).not.toMatch(/error/i);
    await expect.poll(() => phoenix.sockets).toBe(0);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('the code of %s, in good order and without a complaint', async (signal, code) => {
    const phoenix = await serving();
    const program = listenTo(phoenix.url, 'ping:a');
    await program.nextComplaint();
    program.signal(signal);
    expect(await program.ended).toEqual({ code, said: [], complaints: 'joined ping:a\n' });
    await phoenix.seen({ kind: 'closed', code: 1000 });
  });

  test('77 and the answer when a join is refused, other topics or not', async () => {
    const phoenix = await serving();
    expect(await run(['listen', phoenix.url, 'ping:a', 'numbers:odd'])).toEqual({
      code: 77,
      out: [],
      err: 'joined ping:a\nerror: numbers:odd refused the join: {"reason":"unknown"}\n',
    });
    const refused = await run(['listen', phoenix.url, 'nobody:home', '--retry']);
    expect(refused).toMatchObject({ code: 77, out: [] });
    expect(refused.err).toContain('"unmatched topic"');
  });

  test('69 and a hint when nobody is there', async () => {
    const phoenix = await serving();
    await phoenix.stop();
    expect(await run(['listen', phoenix.url, 'ping:a'])).toEqual({
      code: 69,
      out: [],
      err: `error: connect: connect ECONNREFUSED 127.0.0.1:${phoenix.port}\n(gen-socket-client doctor URL finds out why)\n`,
    });
  });

  test.each([
    [401, 77],
    [403, 77],
    [404, 69],
    [503, 75],
    [200, 76],
  ])('when the upgrade is answered %i, what the doctor says of it: %i', async (status, code) => {
    const phoenix = await serving();
    phoenix.faults.refuse(status);
    const refused = await run(['listen', phoenix.url, 'ping:a']);
    expect(refused).toMatchObject({ code, out: [] });
    expect(refused.err).toContain(`HTTP status ${status}`);
  });

  test('64 when the URL leads nowhere', async () => {
    const { code, err } = await run(['listen', 'nowhere', 'ping:a']);
    expect({ code, lines: err.split('\n').length }).toEqual({ code: 64, lines: 2 });
  });
});

test('with --retry it waits for a server that is not there yet', async () => {
  const phoenix = await serving();
  await phoenix.stop();
  const program = listenTo(phoenix.url, 'ping:a', '--retry');
  expect(await program.nextComplaint()).toMatch(
    /^not connected \(network 1006\): trying again in \d\.\d s$/,
  );
  await phoenix.restart();
  while ((await program.nextComplaint()) !== 'connected');
  expect(await program.nextComplaint()).toBe('joined ping:a');
});

describe('when nobody reads what it prints, it keeps no more than it may and says what is lost', () => {
  const SENT = 30_000;
  const sendMany = (phoenix: PhoenixDouble): void => {
    for (let n = 1; n <= SENT; n += 1) phoenix.push('ping:a', 'many', { n, more: 'x'.repeat(40) });
  };
  const droppedBy = (complaints: string): number => {
    expect(complaints).toContain('stdout is read too slowly: some of what comes is dropped\n');
    return Number(/^dropped (\d+) in all$/m.exec(complaints)?.[1]);
  };

  test('the oldest messages', async () => {
    const phoenix = await serving();
    const program = listenTo(phoenix.url, 'ping:a');
    await program.nextComplaint();
    program.pauseReading();
    sendMany(phoenix);
    expect(await program.nextComplaint()).toContain('too slowly');
    phoenix.push('ping:a', 'last', {});
    program.readOn();
    await program.until('{"topic":"ping:a","event":"last","payload":{}}');
    program.signal('SIGTERM');
    const { said, complaints } = await program.ended;
    expect(said.length + droppedBy(complaints)).toBe(SENT + 1);
    expect(said.length).toBeGreaterThan(10_000);
  });

  test('with --raw the newest frames', async () => {
    const phoenix = await serving();
    const program = listenTo(phoenix.url, 'ping:a', '--raw');
    await program.nextComplaint();
    program.pauseReading();
    sendMany(phoenix);
    expect(await program.nextComplaint()).toContain('too slowly');
    program.readOn();
    program.signal('SIGTERM');
    const { complaints } = await program.ended;
    expect(droppedBy(complaints)).toBeGreaterThan(0);
    expect(complaints).not.toContain('Warning');
  });
});
