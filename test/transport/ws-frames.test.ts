/** Frames in both directions, and frames that are none. */

import { describe, expect, test } from 'vitest';
import { OPCODES, rawFrame } from '../support/raw-frame.js';
import { RawServer } from '../support/raw-server.js';
import { Dialed, type DialOptions } from './dialed.js';
import { WsServer } from './ws-server.js';

const FRAGMENT_WITHOUT_START = 0;
const UNKNOWN_OPCODE = 3;

describe('a frame that this end does not take', () => {
  test('ends in 1009 when it is over the limit, and says which limit', async () => {
    const { close, sent } = await failure(rawFrame(OPCODES.text, '', 1001), { maxPayload: 1000 });

    expect(close).toMatchObject({ cause: 'peer', code: 1009, status: null });
    expect(close.reason).toBe(
      "the peer's frame is longer than maxPayload (1000 bytes): raise websocket.maxPayload",
    );
    expect(sent).toBe(1009);
  });

  test('ends in 1009 over 16 MiB unless another limit is given', async () => {
    const { close } = await failure(rawFrame(OPCODES.binary, '', 16 * 1024 * 1024 + 1));

    expect(close).toMatchObject({ cause: 'peer', code: 1009 });
    expect(close.reason).toContain('16777216 bytes');
  });

  test('ends in 1009 when it promises more than a number can say', async () => {
    const { close } = await failure(
      Buffer.concat([Buffer.from([0x82, 127]), Buffer.alloc(8, 0xff)]),
    );

    expect(close).toMatchObject({ cause: 'peer', code: 1009 });
  });

  test.each([
    ['bytes that are no frame', Buffer.from('HTTP/1.1 502 Bad Gateway')],
    ['an unknown opcode', rawFrame(UNKNOWN_OPCODE, '')],
    ['a continuation of nothing', rawFrame(FRAGMENT_WITHOUT_START, 'x')],
    ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0])],
    ['a compressed frame, compression not being agreed on', Buffer.from([0xc1, 0x00])],
    ['a Close frame with a code that may not be sent', rawFrame(OPCODES.close, '\x03\xed')],
  ])('ends in 1002: %s', async (_title, bytes) => {
    const { close, sent } = await failure(bytes);

    expect(close).toMatchObject({ cause: 'peer', code: 1002, status: null });
    expect(close.reason).toMatch(/^Invalid WebSocket frame: /);
    expect(close.error).toBeInstanceOf(Error);
    expect(sent).toBe(1002);
  });

  test('ends in 1007 when a text is not UTF-8', async () => {
    const { close, sent } = await failure(rawFrame(OPCODES.text, Buffer.from([0xc3, 0x28])));

    expect(close).toMatchObject({ cause: 'peer', code: 1007 });
    expect(close.reason).toBe('Invalid WebSocket frame: invalid UTF-8 sequence');
    expect(sent).toBe(1007);
  });

  test('ends in 1007 when it was agreed to be compressed and is not', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { deflate: true });
    const peer = await server.upgraded({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    await client.opened();

    peer.socket.write(Buffer.concat([Buffer.from([0xc1, 0x03]), Buffer.from('abc')]));

    expect((await peer.frames.next()).payload.readUInt16BE()).toBe(1007);
    peer.socket.end();
    expect(await client.closed).toMatchObject({ cause: 'peer', code: 1007 });
  });

  test('ends in 1009 when it is small until it is inflated', async () => {
    await using server = await WsServer.start({ perMessageDeflate: { threshold: 0 } });
    await using client = new Dialed(server.url, { deflate: true, maxPayload: 1000 });
    const socket = await server.accepted();
    await client.opened();

    socket.send('x'.repeat(100_000));

    expect(await client.closed).toMatchObject({ cause: 'peer', code: 1009 });
    expect(client.reports).toEqual(['opened', 'closed']);
  });
});

describe('frames', () => {
  test('arrive in order: text as a string, binary as bytes', async () => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url);
    const socket = await server.accepted();
    await client.opened();

    socket.send('žluťoučký 🐴');
    socket.send(Uint8Array.of(0, 1, 255));
    socket.send('');

    expect(await client.frames.next()).toBe('žluťoučký 🐴');
    const bytes = await client.frames.next();
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(bytes).toEqual(Buffer.from([0, 1, 255]));
    expect(await client.frames.next()).toBe('');
  });

  test('go out in order: a string as text, bytes as binary, which remain as they were', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();
    const bytes = Uint8Array.of(0, 1, 255);

    client.connection.send('žluťoučký');
    client.connection.send(bytes);

    expect(await peer.frames.next()).toEqual({
      opcode: OPCODES.text,
      payload: Buffer.from('žluťoučký'),
    });
    expect(await peer.frames.next()).toEqual({
      opcode: OPCODES.binary,
      payload: Buffer.from([0, 1, 255]),
    });
    expect([...bytes]).toEqual([0, 1, 255]);
  });

  test.each([
    [true, 'permessage-deflate'],
    [false, ''],
  ])('pass a server that deflates, deflate being %s', async (deflate, agreed) => {
    await using server = await WsServer.start({ perMessageDeflate: { threshold: 0 } });
    await using client = new Dialed(server.url, { deflate });
    const socket = await server.accepted();
    await client.opened();
    const text = 'tell me thrice '.repeat(1000);

    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    client.connection.send(text);
    client.connection.send(Buffer.from(text));

    expect(socket.extensions).toBe(agreed);
    expect(await client.frames.next()).toBe(text);
    expect(await client.frames.next()).toEqual(Buffer.from(text));
  });
});

/** What the client reports of bytes that it cannot take, and the code of the Close frame that it answers. */
async function failure(bytes: Uint8Array, options: DialOptions = {}) {
  await using server = await RawServer.start();
  await using client = new Dialed(server.url, options);
  const peer = await server.upgraded();
  await client.opened();
  peer.socket.write(bytes);
  const { opcode, payload } = await peer.frames.next();
  expect(opcode).toBe(OPCODES.close);
  peer.socket.end();
  const close = await client.closed;
  await peer.gone;
  return { close, sent: payload.readUInt16BE() };
}
