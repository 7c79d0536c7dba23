/** Servers that mean harm, over real sockets: whatever they say is counted or ends the connection, and nothing grows. */

import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Gauges, TelemetryFact } from '../../src/index.js';
import { OPCODES, rawFrame } from '../support/raw-frame.js';
import { QUICK } from '../support/fault-options.js';
import { type RawPeer, RawServer } from '../support/raw-server.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { Dialed } from '../transport/dialed.js';

const TOPIC = 'room:1';
const MANY = 100_000;
const AT_ONCE = 1000;

function text(...fields: readonly unknown[]): Buffer {
  return rawFrame(OPCODES.text, JSON.stringify(fields));
}

/** A worker that has joined, what it was told, and the server's end. */
class Stage implements AsyncDisposable {
  readonly worker = new RecordingWorker({ [TOPIC]: {} });
  readonly misread: TelemetryFact[] = [];
  gauges: Gauges | null = null;
  joinRef = '';
  readonly #server: RawServer;
  readonly #client: AsyncDisposable;

  static async open(): Promise<Stage> {
    const stage = new Stage(await RawServer.start());
    await stage.joined();
    return stage;
  }

  private constructor(server: RawServer) {
    this.#server = server;
    const telemetry = {
      fact: (fact: TelemetryFact) => {
        if (fact.name === 'frame.misread') this.misread.push(fact);
      },
      watch: (gauges: Gauges) => {
        this.gauges = gauges;
      },
    };
    const options = { ...QUICK, url: server.url, heartbeat: false, telemetry } as const;
    this.#client = this.worker.start(options);
  }

  async joined(): Promise<RawPeer> {
    this.peer = await this.#server.upgraded();
    await this.#answerJoin();
    await this.worker.next('handleJoined');
    return this.peer;
  }

  peer!: RawPeer;

  /** So many frames, a thousand in each write. */
  async flood(frame: Buffer): Promise<void> {
    const chunk = Buffer.concat(Array.from({ length: AT_ONCE }, () => frame));
    for (let sent = 0; sent < MANY; sent += AT_ONCE) {
      this.peer.socket.write(chunk);
      await turn();
    }
  }

  /** Said behind all the rest: when it is heard, the rest was, too. */
  async works(): Promise<void> {
    this.peer.socket.write(text(null, null, TOPIC, 'after', {}));
    expect(await this.worker.next('handleMessage')).toMatchObject({ event: 'after' });
    expect(this.gauges).toMatchObject({ inbox: 0, unanswered: 0, outbox: { messages: 0 } });
  }

  async #answerJoin(): Promise<void> {
    const { payload } = await this.peer.frames.next();
    const [joinRef, ref] = JSON.parse(payload.toString()) as readonly [string, string];
    this.joinRef = joinRef;
    this.peer.socket.write(text(joinRef, ref, TOPIC, 'phx_reply', { status: 'ok', response: {} }));
  }

  async rejoined(): Promise<void> {
    await this.#answerJoin();
    await this.worker.next('handleJoined');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

describe('a server that floods a client', () => {
  const OK = { status: 'ok', response: {} };

  test('with replies to one ref settles its push once', async () => {
    await using stage = await Stage.open();
    const push = stage.worker.pushEvent(TOPIC, 'ask');
    const outcome = push.outcome();
    await stage.peer.frames.next();

    await stage.flood(text(stage.joinRef, push.ref, TOPIC, 'phx_reply', OK));

    expect(await outcome).toMatchObject({ ok: true });
    await stage.works();
  });

  test.each([
    [
      'replies with refs that nobody gave',
      (ref: string) => text(ref, '987654', TOPIC, 'phx_reply', OK),
    ],
    ['replies of joins that nobody made', () => text('77', '77', 'room:9', 'phx_reply', OK)],
    ['ends of joins of long ago', () => text('0', '0', TOPIC, 'phx_close', {})],
    ['crashes of joins of long ago', () => text('0', '0', TOPIC, 'phx_error', {})],
  ])('with %s is not heard', async (_, frame) => {
    await using stage = await Stage.open();

    await stage.flood(frame(stage.joinRef));

    await stage.works();
    expect(stage.worker.untaken('handleChannelClosed')).toBe(0);
    expect(stage.worker.untaken('handleReply')).toBe(0);
  });

  test('with ends of the join that stands ends it once, and it is joined again', async () => {
    await using stage = await Stage.open();

    await stage.flood(text(stage.joinRef, stage.joinRef, TOPIC, 'phx_error', {}));

    expect(await stage.worker.next('handleChannelClosed')).toMatchObject({ cause: 'crashed' });
    await stage.rejoined();
    await stage.works();
    expect(stage.worker.untaken('handleChannelClosed')).toBe(0);
  });
});

test('brackets a hundred thousand deep are no message, or one that harms nobody', async () => {
  await using stage = await Stage.open();
  const deep = '['.repeat(MANY) + ']'.repeat(MANY);

  stage.peer.socket.write(rawFrame(OPCODES.text, deep));
  stage.peer.socket.write(rawFrame(OPCODES.text, '['.repeat(MANY)));
  stage.peer.socket.write(rawFrame(OPCODES.text, `[null,null,"${TOPIC}","deep",{"a":${deep}}]`));

  const told = await stage.worker.next('handleMessage');
  expect(told.event).toBe('deep');
  expect(stage.misread).toHaveLength(2);
  await stage.works();
});

test('keys and names of prototypes are keys and names', async () => {
  await using stage = await Stage.open();
  const payload = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
    stage.peer.socket.write(text(name, name, name, name, {}));
    stage.peer.socket.write(rawFrame(OPCODES.text, `[null,null,"${TOPIC}","${name}",${payload}]`));
    expect(await stage.worker.next('handleMessage')).toMatchObject({ event: name });
  }

  await stage.works();
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
});

describe('a dial', () => {
  test('that is redirected for ever ends at the limit', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { redirects: 5 });
    let redirects = 0;
    void (async () => {
      for (;;) {
        const peer = await server.accepted();
        await peer.request();
        redirects += 1;
        peer.head(302, 'Found', { Location: `/again/${redirects}`, 'Content-Length': '0' });
      }
    })();

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'refused', status: 302 });
    expect(close.reason).toContain('websocket.redirects is 5');
    expect(redirects).toBe(6);
  });

  test('whose answer comes one byte at a time is given up in time', async () => {
    await using server = await RawServer.start();
    const worker = new RecordingWorker({});
    const options = {
      ...QUICK,
      url: server.url,
      timeouts: { connect: 60 },
      reconnect: false,
    } as const;
    await using _client = worker.start(options);
    const peer = await server.accepted();
    await peer.request();
    peer.socket.write('HTTP/1.1 101 Switching Protocols\r\nx-slow: ');
    const drip = setInterval(() => peer.socket.write('y'), 5);
    onTestFinished(() => clearInterval(drip));

    const { close } = await worker.next('handleDisconnected');
    await peer.gone;

    expect(close).toMatchObject({ cause: 'connectTimeout', status: null });
  });

  test('whose answer has headers without end is given up by their length', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();
    await peer.request();

    peer.socket.write('HTTP/1.1 101 Switching Protocols\r\n');
    for (let sent = 0; sent < 64; sent += 1)
      peer.socket.write(`x-${sent}: ${'y'.repeat(1000)}\r\n`);

    const close = await client.closed;
    expect(close).toMatchObject({ cause: 'network', error: { code: 'HPE_HEADER_OVERFLOW' } });
  });
});
