/** What a real pino writes of a client's life. */

import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { type Logger, logTo } from 'gen-socket-client/telemetry';
import { namedThrown } from '../../src/telemetry/thrown.js';
import { Lines } from '../support/log-lines.js';
import { ONE_OF_EACH } from '../support/telling-facts.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 };

describe('a line', () => {
  test('has the level, a sentence, the fact and its fields, flat', async () => {
    const lines = new Lines();
    await using sim = await simulate(new SimulatedWorker(), {
      options: { telemetry: logTo(lines.logger) },
    });
    sim.phoenix.kick(1012, 'restarting');
    await sim.quiet();

    expect(lines.of('socket.lost')).toEqual([
      {
        level: LEVELS.warn,
        component: 'gen-socket-client',
        fact: 'socket.lost',
        socket: 1,
        cause: 'peer',
        code: 1012,
        status: null,
        attempt: 1,
        retryIn: 0,
        msg: 'a dial failed or a connection ended',
      },
    ]);
  });

  test.each(Object.values(ONE_OF_EACH))('of $name is one, in lower case', (fact) => {
    const lines = new Lines();
    logTo(lines.logger).fact(fact);

    const [line, ...others] = lines.all;
    expect(others).toEqual([]);
    expect(line?.msg).toMatch(/^[a-z][^A-Z.]*$/);
    const { at: _, name, ...fields } = fact;
    const { error: __, ...wordless } = { error: null, ...fields };
    expect(line).toMatchObject({ fact: name, ...wordless });
  });

  test('is no warning when the end was asked for, and an error when nobody wanted the client to stop', () => {
    const lines = new Lines();
    const telemetry = logTo(lines.logger);
    telemetry.fact({ ...ONE_OF_EACH['socket.lost'], cause: 'requested' });
    telemetry.fact({ ...ONE_OF_EACH['client.stopped'], kind: 'gaveUp', code: 'refused' });

    expect(lines.all.map(({ level }) => level)).toEqual([LEVELS.info, LEVELS.error]);
  });

  test('is not written for measurements', () => {
    expect(Object.keys(logTo(new Lines().logger))).toEqual(['fact']);
  });
});

describe('logTo refuses', () => {
  const log = (): void => undefined;

  test.each<[string, unknown, string]>([
    ['pino itself, not called', pino, 'debug'],
    ['an empty object', {}, 'debug'],
    ['nothing', undefined, 'debug'],
    ['null', null, 'debug'],
    ['a logger without errors', { debug: log, info: log, warn: log }, 'error'],
    ['a level that is no method', { debug: log, info: 'info', warn: log, error: log }, 'info'],
  ])('%s', (_, logger, missing) => {
    expect(() => logTo(logger as Logger)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: `logTo was given no logger: it has no method ${missing}; give one such as pino()`,
      }),
    );
  });
});

describe('bindings', () => {
  test('tell two clients of one process apart', () => {
    const lines = new Lines();
    for (const client of ['orders', 'stock']) {
      logTo(lines.logger, { bindings: { client } }).fact(ONE_OF_EACH['socket.emptied']);
    }
    expect(lines.all).toMatchObject([
      { component: 'gen-socket-client', client: 'orders', fact: 'socket.emptied' },
      { component: 'gen-socket-client', client: 'stock', fact: 'socket.emptied' },
    ]);
  });

  test('stand in each line of a logger that has no children', () => {
    const said: unknown[] = [];
    const log = (fields: object, message: string): void => void said.push([fields, message]);
    const logger = { debug: log, info: log, warn: log, error: log };
    logTo(logger, { bindings: { client: 'orders' } }).fact(ONE_OF_EACH['inbox.paused']);

    const fields = { component: 'gen-socket-client', client: 'orders', fact: 'inbox.paused' };
    expect(said).toEqual([[fields, 'the inbox is full and reading pauses']]);
  });
});

describe('what a callback threw', () => {
  test('is named by class, code and place, and never in its own words', () => {
    const named = namedThrown(Object.assign(new TypeError('token hunter2'), { code: 'EVAULT' }));
    expect(named).toMatch(/^TypeError EVAULT at .*log-to\.test\.ts:\d+:\d+\)?$/);
  });

  test.each([
    [
      'an error whose words look like a place',
      new Error('x\n    at hunter2 (a.js:1:2)'),
      /^Error at (?!hunter2)/,
    ],
    [
      'an error named by its words',
      Object.assign(new Error(), { name: 'hunter2 is bad' }),
      /^Error at /,
    ],
    [
      'an error without a stack',
      Object.assign(new Error('hunter2'), { stack: undefined }),
      /^Error$/,
    ],
    ['a text', 'hunter2', /^string$/],
    ['nothing', undefined, /^undefined$/],
  ])('even if it is %s', (_, thrown, expected) => {
    expect(namedThrown(thrown)).toMatch(expected);
    expect(namedThrown(thrown)).not.toContain('hunter2');
  });
});
