/** What the doctor makes of an upgrade that is refused, odd or never answered. */

import { describe, expect, test } from 'vitest';
import { BY_LATE_STEP, BY_STATUS } from '../../src/cli/doctor/problems.js';
import { EXITS } from '../../src/cli/exit-codes.js';
import { type Connect, PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { Examination } from '../support/command-line.js';

/** A status for each row; those that are named stand for themselves. */
const EXAMPLES: { readonly [row: string]: number } = {
  '2xx': 200,
  '3xx': 302,
  '4xx': 418,
  '5xx': 511,
};

describe('an upgrade answered with', () => {
  test.each(Object.entries(BY_STATUS))('%s has its cause and remedy', async (row, problem) => {
    const status = EXAMPLES[row] ?? Number(row);
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(status, { server: 'nginx' });
    const examined = await Examination.of([double.url]);
    const { cause, remedy, exit } = problem;
    expect(examined.run.code).toBe(EXITS[exit].code);
    expect(examined.step('upgrade')).toMatchObject({
      result: 'failed',
      saw: expect.stringMatching(new RegExp(`^HTTP ${status} [^;]+; server: nginx$`)),
      cause,
      remedy,
      exit: EXITS[exit].code,
    });
    expect(examined.results).toMatchObject({ tcp: 'ok', heartbeat: 'skipped', join: 'skipped' });
  });

  test('a redirect says where to, without the query that repeats ours', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(301, { location: 'https://elsewhere.example/socket?token=abc' });
    const { saw } = (await Examination.of([`${double.url}?token=abc`])).step('upgrade');
    expect(saw).toMatch(/^HTTP 301 [^;]+; location: https:\/\/elsewhere\.example\/socket$/);
  });

  test('a page is shown in one short line without control characters', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(500, {}, `\u001b[31mred\u001b[0m\r\n\t${'long '.repeat(200)}`);
    const { saw } = (await Examination.of([double.url])).step('upgrade');
    expect(saw).toMatch(
      /^HTTP 500 Internal Server Error; body: \[31mred \[0m long long [long ]+…$/,
    );
    expect(saw.length).toBeLessThan(200);
  });
});

describe('a refusal with 403', () => {
  const onlyTo =
    (vsn: string): Connect =>
    (info) =>
      info.params['vsn'] === vsn ? undefined : { status: 403 };

  test.each([
    ['2', '1.0.0', '2.0.0 is refused, 1.0.0 is accepted'],
    ['1', '2.0.0', '1.0.0 is refused, 2.0.0 is accepted'],
  ])('to version %s alone is the version', async (asked, spoken, saw) => {
    await using double = await PhoenixDouble.start(seedChannels(), { connect: onlyTo(spoken) });
    const examined = await Examination.of([double.url, '--vsn', asked]);
    expect(examined.step('vsn')).toMatchObject({
      result: 'failed',
      saw,
      remedy: expect.stringContaining('--vsn'),
    });
    expect(examined.run.code).toBe(77);
    expect(double.sockets).toBe(0);
  });

  test('to both versions is hardly the version', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const { saw, remedy } = (await Examination.of([`${double.url}?deny=1`])).step('vsn');
    expect(saw).toBe('2.0.0 is refused, 1.0.0 is refused (403)');
    expect(remedy).toContain('connect/3');
  });

  test('to the other version alone is no failure', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { connect: onlyTo('2.0.0') });
    const examined = await Examination.of([double.url]);
    expect(examined.step('vsn').saw).toBe('2.0.0 is accepted, 1.0.0 is refused (403)');
    expect(examined.run.code).toBe(0);
  });
});

test('an address copied with its vsn is dialed by that version', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const examined = await Examination.of([`${double.url}/websocket?vsn=1.0.0`]);
  expect(examined.step('vsn').saw).toBe('1.0.0 is accepted, 2.0.0 is accepted');
  expect(examined.run.code).toBe(0);
});

test('an upgrade that is never answered is told by its deadline', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  double.faults.stall();
  const examined = await Examination.of([double.url, '--timeout', '2s']);
  expect(examined.run.code).toBe(75);
  expect(examined.step('upgrade')).toMatchObject({
    saw: 'nothing within 2000 ms',
    cause: BY_LATE_STEP.upgrade.cause,
  });
});

test.each([
  ['403 for the first, then silence', { status: 403 }, 'failed', BY_LATE_STEP.vsn.cause],
  ['a session, then silence', undefined, 'ok', undefined],
])('a server that gives the second dial no answer: %s', async (_, first, result, cause) => {
  let dials = 0;
  const connect: Connect = () => {
    dials += 1;
    return dials === 1 ? first : new Promise(() => undefined);
  };
  await using double = await PhoenixDouble.start(seedChannels(), { connect });
  const examined = await Examination.of([double.url, '--timeout', '2s']);
  expect(examined.step('vsn')).toMatchObject({ result, ...(cause !== undefined && { cause }) });
});
