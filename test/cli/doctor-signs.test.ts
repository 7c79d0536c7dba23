/** What the doctor sees above and below HTTP: each sign of its table, met on a server that gives it. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BY_LATE_STEP, BY_SIGN } from '../../src/cli/doctor/problems.js';
import { EXITS } from '../../src/cli/exit-codes.js';
import { PhoenixDouble, type PhoenixDoubleOptions, seedChannels } from 'gen-socket-client/testing';
import { Examination, type Found } from '../support/command-line.js';
import { OPCODES, rawClose, rawFrame } from '../support/raw-frame.js';
import { ConnectProxy } from '../support/connect-proxy.js';
import { type RawPeer, RawServer } from '../support/raw-server.js';

type Scene = () => Promise<readonly [Found, Examination]>;

/** The step that is looked at, of a doctor at the double. */
function atDouble(
  step: string,
  args: readonly string[],
  options: PhoenixDoubleOptions = {},
  mount = '/socket',
): Scene {
  return async () => {
    await using double = await PhoenixDouble.start(seedChannels(), options);
    const examined = await Examination.of([double.urlOf(mount), ...args]);
    return [examined.step(step), examined];
  };
}

/** The same at a server that lets everybody in and answers texts in its own way. */
function atRaw(step: string, answer: (peer: RawPeer, text: string) => void): Scene {
  return async () => {
    await using server = await RawServer.start();
    void welcome(server, answer);
    const examined = await Examination.of([server.url.href]);
    return [examined.step(step), examined];
  };
}

async function welcome(
  server: RawServer,
  answer: (peer: RawPeer, text: string) => void,
): Promise<never> {
  for (;;) void converse(await server.accepted(), answer);
}

async function converse(peer: RawPeer, answer: (peer: RawPeer, text: string) => void) {
  await peer.upgrade();
  for (;;) {
    const { opcode, payload } = await peer.frames.next();
    if (opcode === OPCODES.text) answer(peer, payload.toString());
    if (opcode === OPCODES.close) peer.socket.end(rawClose(1000));
  }
}

async function tokenFile(token: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  await writeFile(path, token);
  return path;
}

const SCENES: { readonly [S in keyof typeof BY_SIGN]: Scene } = {
  other: async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(600);
    const examined = await Examination.of([double.url]);
    return [examined.step('upgrade'), examined];
  },
  'bad url': async () => {
    const examined = await Examination.of(['localhost:4000/socket']);
    return [examined.step('url'), examined];
  },
  'bad token': async () => atDouble('upgrade', ['--auth-token-file', await tokenFile('???')])(),
  'bad handshake': async () => {
    await using server = await RawServer.start();
    void (async () => {
      // Not one after the other: the first client connects and sends nothing.
      for (;;) void (await server.accepted()).upgrade({ 'Sec-WebSocket-Accept': 'wrong' });
    })();
    const examined = await Examination.of([server.url.href]);
    return [examined.step('upgrade'), examined];
  },
  proxy: async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = 'HTTP/1.1 403 Forbidden\r\n\r\n';
    vi.stubEnv('HTTP_PROXY', proxy.url('sam:hunter2@'));
    try {
      const examined = await Examination.of(['ws://phoenix.example/socket']);
      return [examined.step('upgrade'), examined];
    } finally {
      vi.unstubAllEnvs();
    }
  },
  'token not taken': async () =>
    atDouble('subprotocol', ['--auth-token-file', await tokenFile('t')], {}, '/deflate')(),
  'other vsn only': atDouble('vsn', [], {
    connect: ({ params }) => (params['vsn'] === '2.0.0' ? { status: 403 } : undefined),
  }),
  'no vsn': atDouble('vsn', ['--param', 'deny=1']),
  'not phoenix': atRaw('heartbeat', (peer, text) => {
    peer.socket.write(rawFrame(OPCODES.text, text));
  }),
  'closed early': atRaw('heartbeat', (peer) => {
    peer.socket.write(rawClose(1011, 'went wrong'));
  }),
  'unmatched topic': atDouble('join', ['rooms:nowhere']),
  'join crashed': atDouble('join', ['ping:x', '--params', '{"crash": true}']),
  'join refused': atDouble('join', ['ping:x', '--params', '{"deny": "not you"}']),
  'too many channels joined': atDouble('join', ['ping:x'], { maxChannelsPerSocket: 0 }),
};

describe('the doctor tells', () => {
  test.each(Object.entries(SCENES))('%s', async (sign, play) => {
    const { cause, remedy, exit } = BY_SIGN[sign as keyof typeof BY_SIGN];
    const [found, { run }] = await play();
    expect(found).toMatchObject({ result: 'failed', cause, remedy, exit: EXITS[exit].code });
    expect(run.code).not.toBe(0);
    expect(run.err).toBe('');
  });

  test('how the server closed, and does not ask on', async () => {
    const [found, { results, run }] = await SCENES['closed early']();
    expect(found.saw).toBe('the connection was closed, 1011 went wrong');
    expect(results).toMatchObject({ vsn: 'ok', join: 'skipped', close: 'skipped' });
    expect(run.code).toBe(69);
  });

  test('that a proxy is on the way, and looks at nothing behind it', async () => {
    const [found, examined] = await SCENES.proxy();
    expect(examined.step('url').saw).toMatch(/, through the proxy 127\.0\.0\.1:\d+$/);
    expect(examined.results).toMatchObject({
      dns: 'skipped',
      tcp: 'skipped',
      tls: 'skipped',
      vsn: 'skipped',
    });
    expect(found.saw).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ refused with HTTP status 403 Forbidden$/,
    );
    expect(examined.run.out.join()).not.toContain('hunter2');
  });

  test('that a refused join ends with a good close', async () => {
    const [found, { results, run }] = await SCENES['unmatched topic']();
    expect(found.saw).toBe('error, response {"reason":"unmatched topic"}');
    expect(results).toMatchObject({ heartbeat: 'ok', join: 'failed', close: 'ok' });
    expect(run.code).toBe(77);
  });

  test('the status of a token that has expired', async () => {
    const path = await tokenFile('expired');
    const [found, { results }] = await atDouble('upgrade', ['--auth-token-file', path])();
    expect(found.saw).toBe('HTTP 401 Unauthorized; body: Unauthorized');
    expect(results).toMatchObject({ subprotocol: 'skipped', vsn: 'skipped' });
  });

  test('what is not answered: a heartbeat, a join, a leave', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.drop('phx_reply');
    const examined = await Examination.of([double.url, 'ping:x', '--timeout', '2s']);
    for (const step of ['heartbeat', 'join'] as const) {
      const { cause } = BY_LATE_STEP[step];
      expect(examined.step(step)).toMatchObject({ saw: 'nothing within 2000 ms', cause });
    }
    expect(examined.results).toMatchObject({ vsn: 'ok', close: 'ok' });
    expect(examined.run.code).toBe(75);
  });

  test('that nobody answers the Close frame', async () => {
    await using server = await RawServer.start();
    void (async () => {
      for (;;) void mute(await server.accepted());
    })();
    const examined = await Examination.of([server.url.href]);
    expect(examined.step('close')).toMatchObject({
      result: 'failed',
      saw: 'no Close frame came back',
      cause: BY_LATE_STEP.close.cause,
    });
  });
});

/** Answers a heartbeat and nothing else. */
async function mute(peer: RawPeer): Promise<void> {
  await peer.upgrade();
  const { opcode, payload } = await peer.frames.next();
  if (opcode !== OPCODES.text) return;
  const [, ref] = JSON.parse(payload.toString()) as readonly string[];
  const reply = [null, ref, 'phoenix', 'phx_reply', { status: 'ok', response: {} }];
  peer.socket.write(rawFrame(OPCODES.text, JSON.stringify(reply)));
}
