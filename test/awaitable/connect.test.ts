/** `connect`: opens, or rejects with the reason and leaves nothing behind. Against real servers, broken in each way. */

import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  connect,
  type ConnectOptions,
  hasCode,
  type TelemetryFact,
  TransportError,
  UnauthorizedError,
} from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { failureOf } from '../support/fate.js';
import { RawServer } from '../support/raw-server.js';

const SECRET = 's3cr3t';
/** A secret wherever one may be given. */
const SECRETS: ConnectOptions = {
  params: { token: SECRET },
  headers: { 'x-key': SECRET },
  credentials: { authToken: SECRET, params: { more: SECRET } },
};

function serve(): Promise<PhoenixDouble> {
  return PhoenixDouble.start(seedChannels());
}

/** A port that nobody listens on. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `ws://127.0.0.1:${port}/socket`;
}

/** No word of it is secret, in whatever form it is logged. */
function expectNoSecret(error: unknown): void {
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  expect(JSON.stringify(error)).not.toContain(SECRET);
}

describe('a server that does not let one in', () => {
  test.each([403, 404, 503])(
    'refuses with %i: PHX_UPGRADE_REFUSED, and one dial',
    async (status) => {
      await using phoenix = await serve();
      phoenix.faults.refuse(status, { 'x-why': 'no' }, 'not you');
      const error = await failureOf(connect(phoenix.url, SECRETS));
      expect(error).toBeInstanceOf(TransportError);
      expect(error).toMatchObject({
        code: 'PHX_UPGRADE_REFUSED',
        message: expect.stringMatching(`HTTP status ${status}`),
        close: { cause: 'refused', status },
      });
      expectNoSecret(error);
      expect(phoenix.dials).toHaveLength(1);
      expect(phoenix.sockets).toBe(0);
    },
  );

  test('is not there at all: PHX_DIAL_FAILED, with the error of Node', async () => {
    const error = await failureOf(connect(await deadUrl(), SECRETS));
    expect(error).toMatchObject({ code: 'PHX_DIAL_FAILED', cause: { code: 'ECONNREFUSED' } });
    expectNoSecret(error);
  });

  test('has no address: PHX_DIAL_FAILED', async () => {
    const error = await failureOf(connect('ws://nobody.invalid/socket', SECRETS));
    expect(error).toMatchObject({ code: 'PHX_DIAL_FAILED' });
    expectNoSecret(error);
  });

  test('hangs: PHX_CONNECT_TIMEOUT, and the connection is gone', async () => {
    await using server = await RawServer.start();
    const options = { ...SECRETS, timeouts: { connect: 50 } };
    const error = await failureOf(connect(server.url, options));
    expect(error).toMatchObject({
      code: 'PHX_CONNECT_TIMEOUT',
      close: { cause: 'connectTimeout' },
    });
    expectNoSecret(error);
    await (await server.accepted()).gone;
  });

  test('speaks something else: PHX_DIAL_FAILED', async () => {
    await using server = await RawServer.start();
    const connecting = failureOf(connect(server.url));
    const peer = await server.accepted();
    peer.socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    expect(await connecting).toMatchObject({ code: 'PHX_DIAL_FAILED' });
  });

  test('hangs up in the middle of the handshake: PHX_DIAL_FAILED', async () => {
    await using server = await RawServer.start();
    const connecting = failureOf(connect(server.url));
    const peer = await server.accepted();
    await peer.request();
    peer.socket.destroy();
    expect(await connecting).toMatchObject({ code: 'PHX_DIAL_FAILED' });
  });
});

describe('credentials', () => {
  test('that throw: PHX_CREDENTIALS_FAILED with that as the cause, and no dial', async () => {
    await using phoenix = await serve();
    const cause = new Error(`the vault said ${SECRET}`);
    const credentials = () => Promise.reject(cause);
    const error = await failureOf(connect(phoenix.url, { credentials }));
    expect(error).toMatchObject({ code: 'PHX_CREDENTIALS_FAILED', cause });
    expect((error as Error).message).not.toContain(SECRET);
    expect(phoenix.dials).toEqual([]);
  });

  test.each([false, true])('that are unauthorized end it, retry %s', async (retry) => {
    await using phoenix = await serve();
    const unauthorized = new UnauthorizedError('expired');
    const credentials = () => Promise.reject(unauthorized);
    expect(await failureOf(connect(phoenix.url, { credentials, retry }))).toBe(unauthorized);
    expect(phoenix.dials).toEqual([]);
  });

  test('that do not come: PHX_CREDENTIALS_FAILED, and their signal is aborted', async () => {
    await using phoenix = await serve();
    let signal: AbortSignal | null = null;
    const credentials = (attempt: { signal: AbortSignal }) => {
      signal = attempt.signal;
      return new Promise<never>(() => undefined);
    };
    const options = { credentials, timeouts: { credentials: 50 } };
    const error = await failureOf(connect(phoenix.url, options));
    expect(error).toMatchObject({
      code: 'PHX_CREDENTIALS_FAILED',
      message: expect.stringMatching('no answer in time'),
    });
    expect(signal).toMatchObject({ aborted: true });
  });

  test.each([false, true])('that cannot be sent: PHX_BAD_OPTION, retry %s', async (retry) => {
    await using phoenix = await serve();
    const credentials = () => ({ authToken: 7 }) as never;
    const error = await failureOf(connect(phoenix.url, { credentials, retry }));
    expect(error).toMatchObject({ code: 'PHX_BAD_OPTION' });
    expect(phoenix.dials).toEqual([]);
  });
});

describe('retry', () => {
  const quick = { retry: true, reconnect: { min: 1, max: 1, jitter: 'none' } } as const;

  test('goes on until the server lets one in', async () => {
    await using phoenix = await serve();
    phoenix.faults.refuse(404);
    let dials = 0;
    const credentials = () => {
      dials += 1;
      if (dials === 3) phoenix.faults.heal();
      return {};
    };
    await using socket = await connect(phoenix.url, { ...quick, credentials });
    expect(socket.status).toMatchObject({ state: 'connected' });
    expect(phoenix.dials).toHaveLength(3);
  });

  test('goes on until the server comes up', async () => {
    const phoenix = await serve();
    await phoenix.stop();
    const credentials = async ({ attempt }: { attempt: number }) => {
      if (attempt === 3) await phoenix.restart();
      return {};
    };
    await using _ = phoenix;
    await using socket = await connect(phoenix.url, { ...quick, credentials });
    expect(socket.status.state).toBe('connected');
  });

  test('ends with the attempts of the policy, and with the newest failure', async () => {
    await using phoenix = await serve();
    phoenix.faults.refuse(404);
    const reconnect = { ...quick.reconnect, attempts: 2 };
    const error = await failureOf(connect(phoenix.url, { retry: true, reconnect }));
    expect(error).toMatchObject({ code: 'PHX_UPGRADE_REFUSED', close: { status: 404 } });
    expect(phoenix.dials.length).toBeGreaterThan(1);
  });
});

describe('a signal', () => {
  test('that was aborted before rejects with its reason, and nobody is dialed', async () => {
    await using phoenix = await serve();
    const told: TelemetryFact[] = [];
    const telemetry = { fact: (fact: TelemetryFact) => told.push(fact) };
    const signal = AbortSignal.abort(new Error('too late'));
    expect(await failureOf(connect(phoenix.url, { signal, telemetry }))).toBe(signal.reason);
    expect([phoenix.dials, told]).toEqual([[], []]);
  });

  test('that aborts meanwhile rejects with its reason, and the dial is given up', async () => {
    await using server = await RawServer.start();
    const abort = new AbortController();
    const connecting = failureOf(connect(server.url, { signal: abort.signal }));
    const peer = await server.accepted();
    await peer.request();
    abort.abort();
    expect(await connecting).toBe(abort.signal.reason);
    await peer.gone;
  });

  test('that aborts while it waits to try again ends that, too', async () => {
    const abort = new AbortController();
    const telemetry = {
      fact: ({ name }: TelemetryFact) => {
        if (name === 'socket.lost') abort.abort(new Error('enough'));
      },
    };
    const options = { signal: abort.signal, telemetry, retry: true };
    expect(await failureOf(connect(await deadUrl(), options))).toEqual(new Error('enough'));
  });

  test('that aborts in the very turn in which it opens leaves no connection', async () => {
    await using phoenix = await serve();
    for (let turns = 0; turns < 6; turns += 1) {
      const abort = new AbortController();
      const telemetry = {
        fact: (fact: TelemetryFact) => {
          if (fact.name === 'socket.state' && fact.to === 'connected')
            void abortAfter(turns, abort);
        },
      };
      const outcome = await connect(phoenix.url, { signal: abort.signal, telemetry }).then(
        (socket) => socket.disconnect(),
        (reason: unknown) => reason,
      );
      expect([undefined, abort.signal.reason]).toContain(outcome);
    }
    await phoenix.drain();
    expect(phoenix.sockets).toBe(0);
  });

  test('that aborts later means nothing', async () => {
    await using phoenix = await serve();
    const abort = new AbortController();
    await using socket = await connect(phoenix.url, { signal: abort.signal });
    abort.abort();
    const ping = await socket.join('ping:1');
    expect(await ping.push('just_ok').ok()).toEqual({});
  });
});

async function abortAfter(turns: number, abort: AbortController): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  abort.abort();
}

describe('what connect does not take', () => {
  const url = 'ws://127.0.0.1:1/socket';
  test.each<[string, unknown, unknown, RegExp]>([
    ['no url', undefined, {}, /no url/],
    ['an empty url', '', {}, /is empty/],
    ['another protocol', 'ftp://host/socket', {}, /ftp/],
    ['a url among the options', url, { url }, /there is no option url/],
    ['autoConnect', url, { autoConnect: false }, /there is no option autoConnect/],
    ['onCallbackError', url, { onCallbackError: 'stop' }, /there is no option onCallbackError/],
    ['an option that does not exist', url, { reconect: false }, /reconect.*reconnect/],
    ['a retry that is no word', url, { retry: 3 }, /retry is 3/],
    ['a signal that is none', url, { signal: {} }, /signal/],
    ['a duration without a unit', url, { timeouts: { join: '5 sec' } }, /timeouts.join is 5 sec/],
    ['no options', url, null, /options/],
  ])('%s: PHX_BAD_OPTION', async (_, given, options, message) => {
    const told: TelemetryFact[] = [];
    const telemetry = { fact: (fact: TelemetryFact) => told.push(fact) };
    const all = options === null ? null : { telemetry, ...(options as object) };
    const error = await failureOf(connect(given as string, all as ConnectOptions));
    expect(hasCode(error, 'PHX_BAD_OPTION')).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect(told).toEqual([]);
  });
});
