/** The binary frames of version 2, as the server reads and writes them. */

import type { ClientMessage, ServerMessage } from './server-message.js';

/** The first byte of a frame. The server understands only a push. */
const KIND = { push: 0, reply: 1, broadcast: 2 } as const;

/** Lengths are one unsigned byte. */
const MAX_FIELD = 255;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `0, len(join_ref), len(ref), len(topic), len(event)`, then the four strings, then the payload. */
export function decodeBinaryPush(frame: Uint8Array): ClientMessage {
  const [kind, ...lengths] = frame.subarray(0, 5);
  if (kind !== KIND.push || lengths.length < 4) throw new Error('expected a binary push');
  let end = 5;
  const [joinRef, ref, topic, event] = lengths.map((length) => {
    end += length;
    if (end > frame.length) throw new Error('the binary push is cut short');
    return utf8.decode(frame.subarray(end - length, end));
  });
  if (topic === undefined || event === undefined) throw new Error('expected four fields');
  return { joinRef, ref, topic, event, payload: frame.subarray(end) };
}

/** A server's push has no ref, its broadcast neither ref nor join_ref. */
export function encodeBinary(message: ServerMessage): Uint8Array {
  const { topic } = message;
  switch (message.kind) {
    case 'push':
      return binary(KIND.push, [text(message.joinRef), topic, message.event], message.payload);
    case 'reply':
      return binary(
        KIND.reply,
        [text(message.joinRef), text(message.ref), topic, message.status],
        message.response,
      );
    case 'broadcast':
      return binary(KIND.broadcast, [topic, message.event], message.payload);
  }
}

function binary(kind: number, fields: readonly string[], payload: unknown): Uint8Array {
  if (!(payload instanceof Uint8Array)) throw new Error('expected a binary payload');
  const strings = fields.map((field) => Buffer.from(field, 'utf8'));
  const long = strings.find((string) => string.length > MAX_FIELD);
  if (long !== undefined) {
    throw new Error(
      `a field of ${long.length} bytes does not fit: a binary frame takes ${MAX_FIELD}`,
    );
  }
  const head = Uint8Array.from([kind, ...strings.map((string) => string.length)]);
  return Buffer.concat([head, ...strings, payload]);
}

/** Binary frames carry strings only: an integer is written out, null is empty. */
function text(ref: unknown): string {
  return typeof ref === 'string' || typeof ref === 'number' ? String(ref) : '';
}
